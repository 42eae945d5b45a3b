using System;

static class Hello
{
    static void Main()
    {
        Console.WriteLine("Hello, World!");
    }
}
