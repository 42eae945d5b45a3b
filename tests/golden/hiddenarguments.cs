// Code of a library over a class that it could not name itself: the class is private to who uses
// the library, and stands in arrays, arrays of arrays and instances.
using System;
using System.Collections.Generic;

class Outer<T>
{
    private struct Pair
    {
        public T One;
        public int Two;
    }

    private class Node
    {
        public T Value;
    }

    public static void Run(T value)
    {
        var pairs = new List<Pair[]>();
        for (int i = 0; i < 20; i++)
            pairs.Add(new[] { new Pair { One = value, Two = i } });
        var nodes = new Dictionary<string, Node[][]>();
        nodes["a"] = new[] { new[] { new Node { Value = value } } };
        var stack = new Stack<KeyValuePair<Node, Pair[]>[]>();
        stack.Push(new KeyValuePair<Node, Pair[]>[2]);
        Array.Resize(ref pairs.ToArray()[3], 4);
        Console.WriteLine("{0} {1} {2} {3}", pairs.Count, pairs[19][0].Two, nodes["a"][0][0].Value,
            stack.Pop().Length);
        Console.WriteLine(Array.ConvertAll(pairs.ToArray(), p => p[0].Two)[7]);
    }
}

class Program
{
    static void Main()
    {
        Outer<string>.Run("text");
        Outer<int>.Run(42);
    }
}
