using System;

class Hello
{
    static void Main(string[] args)
    {
        Console.WriteLine("Hello, World!");
        Console.WriteLine(args.Length + " " + typeof(object).Assembly.GetName().Name);
    }
}
