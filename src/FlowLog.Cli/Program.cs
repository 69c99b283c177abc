Console.WriteLine("flowlog");
return 0;
