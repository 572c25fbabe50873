Console.WriteLine("granary");
return 0;
