// The collections that programs use most, with keys and values of several kinds.
using System;
using System.Collections;
using System.Collections.Generic;

static class Collections
{
    static void Print<T>(string title, IEnumerable<T> items)
    {
        Console.WriteLine("{0}: {1}", title, string.Join(" ", items));
    }

    static void Lists()
    {
        var list = new List<int> { 5, 3, 9, 1, 7 };
        list.Add(4);
        list.Insert(2, 8);
        list.Remove(9);
        Print("list", list);
        list.Sort();
        Print("sorted", list);
        list.Sort((a, b) => b.CompareTo(a));
        Print("downwards", list);
        list.RemoveAll(x => x % 2 == 0);
        Print("odd", list);
        Print("squares", list.ConvertAll(x => x * x));
        Console.WriteLine("{0} {1} {2}", list.IndexOf(5), list.Contains(2), list.BinarySearch(100));
    }

    static void Dictionaries()
    {
        var ages = new Dictionary<string, int> { { "Ann", 31 }, { "Bob", 42 } };
        ages["Cem"] = 25;
        ages["Ann"]++;
        int age;
        Console.WriteLine("{0} {1} {2}", ages["Ann"], ages.TryGetValue("Dov", out age), age);
        foreach (KeyValuePair<string, int> pair in ages)
            Console.WriteLine("  {0} = {1}", pair.Key, pair.Value);
        var byNumber = new SortedDictionary<int, string>();
        for (int i = 0; i < 10; i++)
            byNumber[i * 7 % 10] = "n" + i;
        Print("by number", byNumber.Values);
        var many = new Dictionary<long, int>();
        for (int i = 0; i < 2000; i++)
            many[(long)i * i % 1009] = i;
        long sum = 0;
        foreach (int value in many.Values)
            sum += value;
        Console.WriteLine("{0} keys, sum {1}", many.Count, sum);
    }

    static void Sets()
    {
        var small = new HashSet<int> { 1, 2, 3, 4 };
        var even = new HashSet<int> { 2, 4, 6 };
        small.IntersectWith(even);
        Print("both", small);
        even.UnionWith(new[] { 8, 10, 2 });
        Print("union", even);
        Print("sorted set", new SortedSet<string>(StringComparer.Ordinal) { "pear", "Fig", "apple" });
    }

    static void QueuesAndStacks()
    {
        var queue = new Queue<string>(new[] { "first", "second" });
        queue.Enqueue("third");
        Console.WriteLine("{0} {1} {2}", queue.Dequeue(), queue.Peek(), queue.Count);
        var stack = new Stack<double>();
        for (int i = 1; i <= 4; i++)
            stack.Push(i / 4.0);
        Console.WriteLine("{0} {1}", stack.Pop(), stack.Pop());
        var linked = new LinkedList<char>("linked".ToCharArray());
        linked.AddFirst('>');
        linked.Remove('k');
        Print("linked", linked);
    }

    static void Untyped()
    {
        var list = new ArrayList { 1, "two", 3.5, null, 'c' };
        foreach (object item in list)
            Console.Write("{0} ", item ?? "null");
        Console.WriteLine();
        var table = new Hashtable { { "key", 1 }, { 2, "value" } };
        Console.WriteLine("{0} {1} {2}", table["key"], table[2], table.ContainsKey("none"));
        var bits = new BitArray(new[] { true, false, true, true });
        bits.Not();
        foreach (bool bit in bits)
            Console.Write(bit ? 1 : 0);
        Console.WriteLine();
    }

    static void Changed()
    {
        var list = new List<int> { 1, 2, 3 };
        try {
            foreach (int item in list)
                list.Add(item);
        } catch (InvalidOperationException e) {
            Console.WriteLine(e.GetType().Name);
        }
        try {
            Console.WriteLine(new Dictionary<string, int>()["nothing"]);
        } catch (KeyNotFoundException e) {
            Console.WriteLine(e.Message);
        }
    }

    static void Main()
    {
        Lists();
        Dictionaries();
        Sets();
        QueuesAndStacks();
        Untyped();
        Changed();
    }
}
