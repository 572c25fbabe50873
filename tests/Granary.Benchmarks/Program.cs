using Granary.Benchmarks.Blocks;
using Granary.Benchmarks.Elastic;
using Granary.Benchmarks.Lines;
using Granary.Benchmarks.Queries;
using Granary.Benchmarks.Whole;

switch (args.FirstOrDefault())
{
    case "blocks":
        await BlocksBenchmark.RunAsync(args[1..]);
        return 0;
    case "packing":
        await PackingBenchmark.RunAsync(args[1..]);
        return 0;
    case "lines":
        return LinesBenchmark.Run(args[1..]);
    case "queries":
        QueryBenchmark.Run();
        return 0;
    case "whole":
        return await WholeBenchmark.RunAsync(args[1..]);
    case "elastic":
        return await ElasticBenchmark.RunAsync(args[1..]);
    default:
        Console.Error.WriteLine("usage: Granary.Benchmarks blocks [folder of logs [copies [index [parallelism]]]] | packing [folder of logs] | lines [folder of logs] | queries | whole … | elastic encode|send|rsyslog|engine|queries …");
        return 2;
}
