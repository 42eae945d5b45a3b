// What a limit of the heap leaves: Net10Memory.
using System;
using System.Collections.Generic;

static class Program
{
    sealed class Node
    {
        public Node Next;
        public long[] Room = new long[1000];
    }

    static long Fill()
    {
        Node head = null;
        long n = 0;
        try {
            for (;; n++)
                head = new Node { Next = head };
        } catch (OutOfMemoryException) {
            return n;
        }
    }

    static void Main()
    {
        long limit = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        try {
            var large = new byte[limit];
            Console.WriteLine(large.Length);
        } catch (OutOfMemoryException e) {
            Console.WriteLine(e.Message);
        }
        long bytes = Fill() * 8000;
        Console.WriteLine("of " + limit + " bytes half and more, no more than all: " + (bytes > limit / 2 && bytes <= limit));
        GC.Collect();
        var words = new Dictionary<string, int>();
        for (int i = 0; i < 10000; i++)
            words["word " + i] = i;
        Console.WriteLine(words.Count + " " + GC.GetGCMemoryInfo().Generation);
    }
}
