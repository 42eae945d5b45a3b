// Finalizers, weak references, resurrection, keep-alive, handles, conditional weak tables.
using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Threading;

class Tracked
{
    public static int Finalized;
    readonly byte[] weight = new byte[1000];

    ~Tracked()
    {
        Interlocked.Increment(ref Finalized);
    }
}

class Lazarus
{
    public static Lazarus Saved;

    ~Lazarus()
    {
        Saved = this;
    }
}

class Quiet : IDisposable
{
    public static int Finalized;

    public void Dispose()
    {
        GC.SuppressFinalize(this);
    }

    ~Quiet()
    {
        Interlocked.Increment(ref Finalized);
    }
}

static class Finalizers
{
    static readonly ConditionalWeakTable<object, object> Chain = new ConditionalWeakTable<object, object>();
    static object ChainHead;

    // Each key of a chain is the value of the one before: all live as long as the first.
    static int ChainLength()
    {
        int n = 0;
        object at = ChainHead;
        while (Chain.TryGetValue(at, out at))
            n++;
        return n;
    }

    static WeakReference[] MakeChains(int length)
    {
        var dead = new WeakReference[length];
        ChainHead = new object();
        object kept = ChainHead, lost = new object();
        for (int i = 0; i < length; i++) {
            object value = new object[] { new string('k', i) }, other = new object[] { kept.GetType() };
            Chain.Add(kept, value);
            Chain.Add(lost, other);
            dead[i] = new WeakReference(other);
            kept = value;
            lost = other;
        }
        return dead;
    }

    static void Chains()
    {
        WeakReference[] dead = null;
        Apart(() => dead = MakeChains(100));
        Collect();
        int n = 0;
        foreach (WeakReference reference in dead)
            n += reference.IsAlive ? 0 : 1;
        Console.WriteLine("chain: {0}, most of the lost one gone: {1}", ChainLength(), n >= 95);
        ChainHead = null;
    }

    // Off the main thread's stack, which the collector may scan conservatively.
    static void Apart(Action action)
    {
        var thread = new Thread(() => action());
        thread.Start();
        thread.Join();
    }

    static void Collect()
    {
        for (int i = 0; i < 3; i++) {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        for (int i = 1; i < 3; i++)
            Console.WriteLine("{0} {1}", i, GC.CollectionCount(i) > 0);
    }

    static void Make()
    {
        for (int i = 0; i < 100; i++)
            new Tracked();
        for (int i = 0; i < 100; i++)
            new Quiet().Dispose();
        new Lazarus();
    }

    static void Main()
    {
        Chains();
        WeakReference[] weak = new WeakReference[50];
        object strong = "kept".ToUpperInvariant();
        var toStrong = new WeakReference(strong);
        var table = new ConditionalWeakTable<object, string>();
        table.Add(strong, "attached");
        Apart(() => {
            Make();
            for (int i = 0; i < weak.Length; i++)
                weak[i] = new WeakReference(new byte[100]);
        });
        Collect();
        int dead = 0;
        foreach (WeakReference reference in weak)
            dead += reference.IsAlive ? 0 : 1;
        Console.WriteLine("most finalized: {0}", Tracked.Finalized >= 90);
        Console.WriteLine("suppressed: {0}", Quiet.Finalized);
        Console.WriteLine("most weak references cleared: {0}", dead >= 45);
        Console.WriteLine("resurrected: {0}", Lazarus.Saved != null);
        string attached;
        Console.WriteLine("strong: {0} {1} {2}", toStrong.Target, table.TryGetValue(strong, out attached), attached);
        GCHandle handle = GCHandle.Alloc(new int[] { 1, 2, 3 }, GCHandleType.Pinned);
        Collect();
        Console.WriteLine("pinned: {0}", Marshal.ReadInt32(handle.AddrOfPinnedObject(), 8));
        handle.Free();
        Console.WriteLine(handle.IsAllocated);
        Console.WriteLine("memory: {0}", GC.GetTotalMemory(true) > 0);
        GC.KeepAlive(strong);
    }
}
