// Sorting and searching: arrays, keys with items, comparers, stability of LINQ's order.
using System;
using System.Collections.Generic;
using System.Linq;

static class Sorting
{
    class ByLength : IComparer<string>
    {
        public int Compare(string a, string b)
        {
            int c = a.Length.CompareTo(b.Length);
            return c != 0 ? c : string.CompareOrdinal(a, b);
        }
    }

    struct Card : IComparable<Card>
    {
        public int Suit, Rank;

        public int CompareTo(Card other)
        {
            return Suit != other.Suit ? Suit - other.Suit : Rank - other.Rank;
        }

        public override string ToString()
        {
            return "" + "CDHS"[Suit] + Rank;
        }
    }

    static int[] Numbers(int count)
    {
        var numbers = new int[count];
        uint state = 12345;
        for (int i = 0; i < count; i++) {
            state = state * 1664525 + 1013904223;
            numbers[i] = (int)(state >> 16) - 32768;
        }
        return numbers;
    }

    static bool IsSorted<T>(T[] items) where T : IComparable<T>
    {
        for (int i = 1; i < items.Length; i++)
            if (items[i - 1].CompareTo(items[i]) > 0)
                return false;
        return true;
    }

    static void Main()
    {
        foreach (int count in new[] { 0, 1, 2, 16, 17, 100, 1000 }) {
            int[] numbers = Numbers(count);
            Array.Sort(numbers);
            Console.Write("{0}:{1} ", count, IsSorted(numbers));
        }
        Console.WriteLine();
        double[] doubles = { 3.5, double.NaN, -1, double.PositiveInfinity, 0, -0.0 };
        Array.Sort(doubles);
        Console.WriteLine(string.Join(" ", doubles));
        string[] words = { "banana", "fig", "Apple", "cherry", "date", "elder" };
        Array.Sort(words, StringComparer.Ordinal);
        Console.WriteLine(string.Join(" ", words));
        Array.Sort(words, new ByLength());
        Console.WriteLine(string.Join(" ", words));
        Array.Sort(words, StringComparer.OrdinalIgnoreCase);
        Console.WriteLine(string.Join(" ", words));
        int[] keys = { 5, 1, 4, 2, 3 };
        string[] items = { "five", "one", "four", "two", "three" };
        Array.Sort(keys, items);
        Console.WriteLine(string.Join(" ", items));
        Array.Reverse(items, 1, 3);
        Console.WriteLine(string.Join(" ", items));
        Console.WriteLine("{0} {1}", Array.BinarySearch(keys, 4), Array.BinarySearch(keys, 9));
        var cards = new List<Card>();
        foreach (int n in Numbers(8))
            cards.Add(new Card { Suit = n & 3, Rank = (n >> 2 & 7) + 2 });
        cards.Sort();
        Console.WriteLine(string.Join(" ", cards));
        cards.Sort((a, b) => b.Rank.CompareTo(a.Rank) * 10 + a.Suit.CompareTo(b.Suit));
        Console.WriteLine(string.Join(" ", cards));
        var stable = Numbers(12).Select((n, i) => new { Key = n & 3, Index = i })
            .OrderBy(x => x.Key).Select(x => x.Key + "." + x.Index);
        Console.WriteLine(string.Join(" ", stable));
        Console.WriteLine("{0} {1} {2}", Array.IndexOf(keys, 3), Array.Find(items, s => s[0] == 'f'),
                          Array.Exists(keys, k => k > 5));
        try {
            Array.Sort(new object[] { new object(), new object() });
        } catch (InvalidOperationException e) {
            Console.WriteLine(e.InnerException.GetType().Name);
        }
    }
}
