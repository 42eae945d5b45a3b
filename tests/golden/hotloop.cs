// Loops in Main that run long enough to be compiled while they run, with live state across.
using System;

static class HotLoop
{
    struct State
    {
        public long Sum;
        public double Product;
    }

    static void Main(string[] args)
    {
        int rounds = args.Length > 0 ? int.Parse(args[0]) : 400000;
        var state = new State { Product = 1 };
        object boxed = "alive";
        int[] histogram = new int[7];
        uint random = 1;
        for (int i = 0; i < rounds; i++) {
            random = random * 1664525 + 1013904223;
            histogram[(int)(random >> 16) % histogram.Length]++;
            state.Sum += random >> 24;
            state.Product = state.Product * 1.0000001 + (i & 1);
        }
        int caught = 0;
        for (int i = 0; i < rounds / 100; i++) {
            try {
                if (i % 50 == 0)
                    throw new InvalidOperationException();
                state.Sum -= i;
            } catch (InvalidOperationException) {
                caught++;
            } finally {
                state.Sum++;
            }
        }
        Console.WriteLine("{0} {1} {2} {3}", state.Sum, state.Product.ToString("E6"), caught, boxed);
        Console.WriteLine(string.Join(" ", histogram));
    }
}
