// Ends with an exception that nobody handles: exit code 1 and a message on stderr.
using System;

static class Unhandled
{
    static int Divide(int a, int b)
    {
        if (b == 0)
            throw new InvalidOperationException("there is nothing to divide by");
        return a / b;
    }

    static void Outer(int n)
    {
        try {
            Console.WriteLine(Divide(100, n));
            Outer(n - 1);
        } finally {
            Console.Out.Flush();
        }
    }

    static void Main()
    {
        Outer(3);
        Console.WriteLine("not reached");
    }
}
