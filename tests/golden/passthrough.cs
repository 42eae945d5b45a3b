// An exception passes through code of all kinds: Above calls Rejected calls Below. In one of the
// tests' ways the code of Rejected alone is damaged, so that it is interpreted between precompiled
// methods. A filter collects garbage while the frames below it still stand.
using System;
using System.Runtime.CompilerServices;

class Payload
{
    public readonly string Text;
    public Payload(string text) { Text = text; }
}

class Carried : Exception
{
    public readonly Payload Payload;
    public Carried(Payload payload) : base("carried") { Payload = payload; }
}

static class Passthrough
{
    static int collected;

    [MethodImpl(MethodImplOptions.NoInlining)]
    static bool Collect(Carried e, string where)
    {
        int before = GC.CollectionCount(GC.MaxGeneration);
        for (int i = 0; i < 1000; i++)
            new Payload("litter " + i);
        GC.Collect();
        if (GC.CollectionCount(GC.MaxGeneration) > before)
            collected++;
        Console.WriteLine("filter in {0}: {1}", where, e.Payload.Text);
        return where == "above";
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static double Below(int depth, double weight, Payload payload)
    {
        try {
            if (depth == 0)
                throw new Carried(payload);
            return weight + Above(depth - 1, weight * 2, payload);
        } finally {
            Console.WriteLine("finally below {0} {1}", depth, payload.Text);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static double Rejected(int depth, double weight, Payload payload)
    {
        string local = "local of rejected " + depth;
        try {
            try {
                return Below(depth, weight + 0.5, payload) + 1;
            } catch (Carried e) when (Collect(e, "rejected")) {
                Console.WriteLine("never here");
                return -1;
            } finally {
                Console.WriteLine("inner finally, {0}", local);
            }
        } finally {
            Console.WriteLine("outer finally, {0}, {1}", local, payload.Text);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static double Above(int depth, double weight, Payload payload)
    {
        var mine = new Payload("of above " + depth);
        try {
            return Rejected(depth, weight, payload) * 2;
        } catch (Carried e) when (depth == 2 && Collect(e, "above")) {
            Console.WriteLine("caught with {0}, {1}", e.Payload.Text, mine.Text);
            return weight;
        } finally {
            Console.WriteLine("finally above {0}, {1}", depth, mine.Text);
        }
    }

    static void Main()
    {
        Console.WriteLine(Above(2, 1.25, new Payload("payload")));
        try {
            Above(1, 2, new Payload("uncaught in above"));
        } catch (Carried e) {
            Console.WriteLine("main: {0}", e.Payload.Text);
        }
        Console.WriteLine("collected: {0}", collected > 0);
    }
}
