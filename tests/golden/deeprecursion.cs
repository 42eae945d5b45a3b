// Recursion as deep as the frames of mono's compiled code, which are the smallest there are,
// allow on the main thread, on one of the usual size and a small one: with locals, over
// interfaces, delegates and generic methods, and with handlers that unwind all of it.
using System;
using System.Collections.Generic;
using System.Threading;

interface IStep { int Down(int n); }

class Step : IStep
{
    readonly Func<int, int> next;
    public Step() { next = ByDelegate; }
    public int Down(int n) { return n == 0 ? 0 : 1 + ((IStep)this).Down(n - 1); }
    public int ByDelegate(int n) { return n == 0 ? 0 : 1 + next(n - 1); }
    public virtual long Virtual(int n, long a, double b, string c)
    {
        long sum = a + (long)b + c.Length;
        return n == 0 ? sum : sum + Virtual(n - 1, a + 1, b + 1, c);
    }
}

class Node
{
    public Node Next;
    public int Count() { return Next == null ? 1 : 1 + Next.Count(); }
}

static class Program
{
    static int Plain(int n) { return n == 0 ? 0 : 1 + Plain(n - 1); }

    static T Generic<T>(int n, T value, List<T> kept)
    {
        if (n == 0)
            return value;
        T result = Generic(n - 1, value, kept);
        kept[0] = result;
        return result;
    }

    static int Unwound(int n)
    {
        if (n == 0)
            throw new InvalidOperationException("from below");
        return 1 + Unwound(n - 1);
    }

    static int finallies;

    static int Protected(int n)
    {
        try
        {
            return n == 0 ? 0 : 1 + Protected(n - 1);
        }
        finally
        {
            finallies++;
        }
    }

    // scale: part of the main thread's depth
    static void All(string where, int scale)
    {
        Step step = new Step();
        Console.WriteLine(where);
        Console.WriteLine(Plain(480000 / scale));
        Console.WriteLine(step.Down(160000 / scale));
        Console.WriteLine(step.ByDelegate(120000 / scale));
        Console.WriteLine(step.Virtual(80000 / scale, 1, 2, "abc"));
        Console.WriteLine(Generic(60000 / scale, "text", new List<string> { null }));
        Console.WriteLine(Generic(60000 / scale, 1.5, new List<double> { 0 }));
        Node list = null;
        for (int i = 0; i < 160000 / scale; i++)
            list = new Node { Next = list };
        Console.WriteLine(list.Count());
        finallies = 0;
        Console.WriteLine(Protected(40000 / scale) + " " + finallies);
        try
        {
            Unwound(100000 / scale);
        }
        catch (InvalidOperationException e)
        {
            Console.WriteLine(e.Message);
        }
    }

    static void Main()
    {
        All("main", 1);
        foreach (int size in new[] { 0, 1 << 20 })
        {
            int bytes = size;
            Thread thread = new Thread(() => All("thread of " + bytes, 10), bytes);
            thread.Start();
            thread.Join();
        }
    }
}
