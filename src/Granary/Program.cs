using Granary.Verbs;

return await GranaryCommand.RunAsync(args);
