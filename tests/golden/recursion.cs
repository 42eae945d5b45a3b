// Recursion as deep as mono's frames allow on the main thread, and on one with a larger
// stack; what finalizers write when the program ends, and a ProcessExit that throws.
using System;
using System.Threading;

class Last
{
    ~Last() { Console.WriteLine("finalized"); }
}

static class Recursion
{
    class Node
    {
        public Node Next;
        public int Value;
        public int Sum() { return Next == null ? Value : Value + Next.Sum(); }
    }

    static int Depth(int n)
    {
        return n == 0 ? 0 : 1 + Depth(n - 1);
    }

    static bool IsEven(int n) { return n == 0 || IsOdd(n - 1); }
    static bool IsOdd(int n) { return n != 0 && IsEven(n - 1); }

    static void Forget()
    {
        for (int i = 0; i < 3; i++)
            new Last();
    }

    static void Main()
    {
        Node list = null;
        for (int i = 0; i < 40000; i++)
            list = new Node { Next = list, Value = i };
        Console.WriteLine(list.Sum());
        Console.WriteLine(Depth(50000));
        Console.WriteLine(IsEven(50000));
        var thread = new Thread(() => Console.WriteLine(Depth(100000)), 16 << 20);
        thread.Start();
        thread.Join();
        thread = new Thread(Forget);
        thread.Start();
        thread.Join();
        AppDomain.CurrentDomain.ProcessExit += (sender, e) => {
            Console.WriteLine("ends");
            throw new InvalidOperationException("nobody sees this");
        };
    }
}
