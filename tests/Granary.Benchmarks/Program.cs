using Granary.Benchmarks.Queries;

switch (args.FirstOrDefault())
{
    case "queries":
        QueryBenchmark.Run();
        return 0;
    default:
        Console.Error.WriteLine("usage: Granary.Benchmarks queries");
        return 2;
}
