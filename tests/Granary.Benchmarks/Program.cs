using Granary.Benchmarks.Lines;
using Granary.Benchmarks.Queries;

switch (args.FirstOrDefault())
{
    case "lines":
        return LinesBenchmark.Run(args[1..]);
    case "queries":
        QueryBenchmark.Run();
        return 0;
    default:
        Console.Error.WriteLine("usage: Granary.Benchmarks lines [folder of logs] | queries");
        return 2;
}
