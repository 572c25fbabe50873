using Xunit.Runner.InProc.SystemConsole;

#if CLUSTER
if (args is ["silo", ..])
{
    return await Granary.ClusterTests.SiloProcess.RunAsync(args[1..]);
}

if (args is ["embedded", ..])
{
    return await Granary.ClusterTests.EmbeddedProcess.RunAsync(args[1..]);
}
#endif

return await ConsoleRunner.Run(args);
