// Endless recursion: the program ends with a report of a stack overflow, not a crash.
using System;

static class StackOverflow
{
    static int depth;

    static int Recurse(int n)
    {
        depth++;
        return Recurse(n + 1) + 1;
    }

    static void Main()
    {
        Console.WriteLine("going down");
        Console.Out.Flush();
        Console.WriteLine(Recurse(0));
    }
}
