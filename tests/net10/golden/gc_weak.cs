// Weak references, handles, ConditionalWeakTable, finalizers.
using System;
using System.Collections.Generic;
using System.Runtime;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Threading;

class Counted
{
    public static int Finalized;
    public string Name = "counted";
    ~Counted() { Interlocked.Increment(ref Finalized); }
}

class Resurrected
{
    public static Resurrected Saved;
    public int Times;
    ~Resurrected() { Times++; Saved = this; }
}

class Node { public Node Next; public byte[] Data = new byte[100]; }

class Program
{
    const int Many = 1000;

    static void Collect()
    {
        for (int i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
    }

    // What the stack still shows keeps some alive: nearly all must go.
    static string Most(int n) => n > Many * 9 / 10 ? "most" : n == 0 ? "none" : n.ToString();

    [MethodImpl(MethodImplOptions.NoInlining)]
    static WeakReference[] MakeWeak(bool track)
    {
        var weak = new WeakReference[Many];
        for (int i = 0; i < Many; i++)
            weak[i] = new WeakReference(new Counted(), track);
        return weak;
    }

    static int Dead(WeakReference[] weak)
    {
        int dead = 0;
        foreach (var w in weak)
            if (!w.IsAlive && w.Target == null)
                dead++;
        return dead;
    }

    static void Weak()
    {
        foreach (bool track in new[] { false, true })
        {
            Counted.Finalized = 0;
            var weak = MakeWeak(track);
            Collect();
            Console.WriteLine(track + " " + Most(Dead(weak)) + " " + Most(Counted.Finalized));
        }
        object kept = new object();
        var alive = new WeakReference<object>(kept);
        Collect();
        Console.WriteLine(alive.TryGetTarget(out object target) && target == kept);
        alive.SetTarget("other");
        Console.WriteLine(alive.TryGetTarget(out target) + " " + target);
        alive.SetTarget(null);
        Console.WriteLine(alive.TryGetTarget(out target));
        GC.KeepAlive(kept);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static void MakeResurrected(out WeakReference weak, out WeakReference tracking)
    {
        var made = new Resurrected();
        weak = new WeakReference(made);
        tracking = new WeakReference(made, true);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static void Deeper(int n, Action a) { if (n > 0) Deeper(n - 1, a); else a(); }

    static void Resurrection()
    {
        WeakReference weak = null, tracking = null;
        for (int i = 0; i < 20 && Resurrected.Saved == null; i++)
        {
            Deeper(20, () => MakeResurrected(out weak, out tracking));
            Collect();
        }
        Console.WriteLine(Resurrected.Saved.Times);
        GC.ReRegisterForFinalize(Resurrected.Saved);
        GC.SuppressFinalize(Resurrected.Saved);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static void Fill(ConditionalWeakTable<object, Counted> table, List<object> keep)
    {
        for (int i = 0; i < Many; i++)
        {
            object key = new object();
            table.Add(key, new Counted { Name = "value " + i });
            if (i % 10 == 0)
                keep.Add(key);
        }
    }

    static void Tables()
    {
        Counted.Finalized = 0;
        var table = new ConditionalWeakTable<object, Counted>();
        var keep = new List<object>();
        Fill(table, keep);
        Collect();
        int found = 0;
        foreach (object key in keep)
            if (table.TryGetValue(key, out Counted value) && value.Name.StartsWith("value"))
                found++;
        Console.WriteLine(found + " " + (Counted.Finalized > Many * 8 / 10));
        Console.WriteLine(table.GetOrCreateValue(keep[0]).Name);
        Console.WriteLine(table.Remove(keep[0]) + " " + table.Remove(keep[0]));
        // A value that holds its key does not keep it.
        var circle = new ConditionalWeakTable<Node, Node>();
        var weak = MakeCircle(circle);
        Collect();
        Console.WriteLine(Most(Dead(weak)));
        GC.KeepAlive(circle);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static WeakReference[] MakeCircle(ConditionalWeakTable<Node, Node> table)
    {
        var weak = new WeakReference[Many];
        for (int i = 0; i < Many; i++)
        {
            var key = new Node();
            table.Add(key, new Node { Next = key });
            weak[i] = new WeakReference(key);
        }
        return weak;
    }

    static void Handles()
    {
        foreach (GCHandleType type in Enum.GetValues<GCHandleType>())
        {
            object target = type == GCHandleType.Pinned ? new byte[10] : (object)"text";
            GCHandle handle = GCHandle.Alloc(target, type);
            Console.WriteLine(type + " " + handle.IsAllocated + " " + (handle.Target == target));
            handle.Target = null;
            Console.WriteLine(handle.Target == null);
            IntPtr word = GCHandle.ToIntPtr(handle);
            Console.WriteLine(GCHandle.FromIntPtr(word) == handle);
            handle.Free();
            try { handle.Free(); } catch (InvalidOperationException e) { Console.WriteLine(e.Message); }
        }
        var bytes = new byte[] { 1, 2, 3 };
        GCHandle pinned = GCHandle.Alloc(bytes, GCHandleType.Pinned);
        Console.WriteLine(Marshal.ReadByte(pinned.AddrOfPinnedObject(), 2));
        pinned.Free();
        try { GCHandle.Alloc(new object[1], GCHandleType.Pinned); } catch (ArgumentException e) { Console.WriteLine(e.Message); }
        var dependent = new DependentHandle(bytes, "dependent");
        Collect();
        Console.WriteLine(dependent.Dependent + " " + (dependent.Target == bytes));
        dependent.Dependent = "another";
        Console.WriteLine(dependent.TargetAndDependent);
        dependent.Target = null;
        Console.WriteLine(dependent.Target == null && dependent.Dependent == null);
        dependent.Dispose();
        Console.WriteLine(dependent.IsAllocated);
    }

    static void Main()
    {
        Weak();
        Resurrection();
        Tables();
        Handles();
    }
}
