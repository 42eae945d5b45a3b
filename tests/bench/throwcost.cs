// Prints the cost, in nanoseconds, of a throw over five frames and of entering a try.
using System;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;

static class ThrowCost
{
    static int sink;

    [MethodImpl(MethodImplOptions.NoInlining)]
    static int Down(int depth)
    {
        if (depth == 0)
            throw new InvalidOperationException("measured");
        return Down(depth - 1) + 1;
    }

    static void Throws(int count)
    {
        for (int i = 0; i < count; i++)
            try {
                sink += Down(4);
            } catch (InvalidOperationException) {
                sink++;
            }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static void Work(int i)
    {
        sink += i;
    }

    static void Tries(int count)
    {
        for (int i = 0; i < count; i++)
            try {
                Work(i);
            } catch (InvalidOperationException) {
                sink++;
            }
    }

    static void Plain(int count)
    {
        for (int i = 0; i < count; i++)
            Work(i);
    }

    static double Nanoseconds(Action<int> action, int count)
    {
        double best = double.MaxValue;
        for (int round = 0; round < 5; round++) {
            var watch = Stopwatch.StartNew();
            action(count);
            best = Math.Min(best, watch.Elapsed.TotalMilliseconds * 1e6 / count);
        }
        return best;
    }

    static void Main(string[] args)
    {
        int count = args.Length > 0 ? int.Parse(args[0]) : 20000;
        double thrown = Nanoseconds(Throws, count);
        double tries = Nanoseconds(Tries, count * 100) - Nanoseconds(Plain, count * 100);
        Console.WriteLine("throw {0}", thrown.ToString("F0", CultureInfo.InvariantCulture));
        Console.WriteLine("try {0}", Math.Max(0, tries).ToString("F2", CultureInfo.InvariantCulture));
    }
}
