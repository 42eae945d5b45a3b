// All that a collector has to keep apart, for a while: soak SECONDS THREADS MEGABYTES.
// Threads build and change graphs whose nodes know what they should hold; others come and
// go. Ends with 1 and a line where something is not as it was left.
using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Threading;

class Node
{
    public readonly int Number, Check;
    public Node Left, Right;
    public int[] Room;
    public object Boxed;

    public Node(int number, int room)
    {
        Number = number;
        Check = Mix(number);
        Room = new int[room];
        if (room > 0)
            Room[room - 1] = Check;
        Boxed = number;
    }

    public static int Mix(int n)
    {
        return (n ^ 0x5bd1e995) * 1540483477;
    }

    public void Look()
    {
        if (Check != Mix(Number) || (Room.Length > 0 && Room[Room.Length - 1] != Check) || (int)Boxed != Number)
            Soak.Fail("a node is not what it was: " + Number);
    }
}

// Comes back a few times, and must then still be whole.
class Phoenix
{
    public static long Runs;
    readonly Node node;
    int lives;

    public Phoenix(Node node, int lives)
    {
        this.node = node;
        this.lives = lives;
    }

    ~Phoenix()
    {
        Interlocked.Increment(ref Runs);
        node.Look();
        if (--lives > 0)
            GC.ReRegisterForFinalize(this);
    }
}

class Guard : IDisposable
{
    public static long Open;
    GCHandle handle;

    public Guard(Node node, GCHandleType type)
    {
        handle = GCHandle.Alloc(type == GCHandleType.Pinned ? (object)node.Room : node, type);
        Interlocked.Increment(ref Open);
    }

    public object Target
    {
        get { return handle.Target; }
    }

    public void Dispose()
    {
        handle.Free();
        Interlocked.Decrement(ref Open);
        GC.SuppressFinalize(this);
    }

    ~Guard()
    {
        handle.Free();
        Interlocked.Decrement(ref Open);
    }
}

class Worker
{
    const int Slots = 512;
    readonly Node[] slots = new Node[Slots];
    readonly WeakReference<Node>[] weak = new WeakReference<Node>[Slots];
    readonly ConditionalWeakTable<Node, Node> table = new ConditionalWeakTable<Node, Node>();
    readonly long most;
    uint random;
    int number;
    public long Turns;

    public Worker(int seed, long most)
    {
        random = (uint)seed * 2654435761 + 1;
        this.most = most;
    }

    int Next(int below)
    {
        random = random * 1664525 + 1013904223;
        return (int)((random >> 8) % (uint)below);
    }

    int Size()
    {
        switch (Next(64)) {
        case 0: return Next(200000);
        case 1:
        case 2: return Next(5000);
        default: return Next(24);
        }
    }

    Node Make(int depth)
    {
        var node = new Node(number++, Size());
        if (depth > 0) {
            node.Left = Make(depth - 1);
            node.Right = Next(2) == 0 ? slots[Next(Slots)] : Make(depth - 1);
        }
        return node;
    }

    static int Walk(Node node, int most)
    {
        int n = 0;
        for (; node != null && n < most; node = n % 3 == 0 ? node.Right ?? node.Left : node.Left, n++)
            node.Look();
        return n;
    }

    void Change()
    {
        int at = Next(Slots);
        switch (Next(12)) {
        case 0:
            slots[at] = null;
            break;
        case 1:
            if (slots[at] != null)
                slots[at].Left = Make(1);
            break;
        case 2:
            weak[at] = slots[at] == null ? null : new WeakReference<Node>(slots[at]);
            break;
        case 3:
            Node there;
            if (weak[at] != null && weak[at].TryGetTarget(out there))
                Walk(there, 100);
            break;
        case 4:
            new Phoenix(Make(0), 1 + Next(3));
            break;
        case 5:
            if (slots[at] != null)
                table.GetValue(slots[at], key => new Node(key.Number, 3));
            break;
        case 6:
            Node value;
            if (slots[at] != null && table.TryGetValue(slots[at], out value) && value.Number != slots[at].Number)
                Soak.Fail("a table has the value of another key");
            break;
        case 7:
            using (var guard = new Guard(slots[at] = Make(1), Next(2) == 0 ? GCHandleType.Pinned : GCHandleType.Normal))
                if (guard.Target == null)
                    Soak.Fail("a handle lost its object");
            break;
        case 8:
            new Guard(Make(0), GCHandleType.Weak);
            break;
        case 9:
            var copy = (Node[])slots.Clone();
            Array.Reverse(copy);
            Array.Copy(copy, 0, slots, 0, Slots);
            break;
        default:
            slots[at] = Make(Next(6));
            break;
        }
    }

    // Until there is no memory left, which goes again.
    void Flood()
    {
        var list = new List<byte[]>();
        try {
            for (long n = 0; n < most; n += 1 << 20)
                list.Add(new byte[1 << 20]);
        } catch (OutOfMemoryException) {
            Interlocked.Increment(ref Soak.Floods);
        }
    }

    public void Run()
    {
        while (!Soak.Over) {
            try {
                for (int i = 0; i < 1000; i++)
                    Change();
                foreach (var node in slots)
                    Walk(node, 50);
                Turns++;
                if (Turns % 100 == 0) // what it has leads to more and more
                    Array.Clear(slots, 0, Slots);
                if (Turns % 150 == 0)
                    Flood();
                if (Turns % 50 == 0)
                    throw new InvalidOperationException(Turns.ToString());
            } catch (OutOfMemoryException) { // while another one has it all
                Interlocked.Increment(ref Soak.Shortages);
            } catch (InvalidOperationException e) {
                if (long.Parse(e.Message) != Turns)
                    Soak.Fail("an exception is another one");
            }
        }
    }
}

static class Soak
{
    public static volatile bool Over;
    public static long Floods, Shortages;

    public static void Fail(string what)
    {
        Console.WriteLine(what);
        Environment.Exit(1);
    }

    static void Stay()
    {
        try {
            var nodes = new List<Node>();
            for (int k = 0; k < 1000; k++)
                nodes.Add(new Node(k, k % 50));
            nodes.ForEach(node => node.Look());
        } catch (OutOfMemoryException) {
            Interlocked.Increment(ref Shortages);
        }
    }

    // Threads that are there for a moment.
    static void Come(int seconds)
    {
        long threads = 0;
        for (int i = 0; !Over; i++) {
            try {
                var thread = new Thread(Stay);
                thread.Start();
                thread.Join();
                threads++;
            } catch (OutOfMemoryException) {
                Interlocked.Increment(ref Shortages);
            }
            if (i % 100 == 0) {
                GC.Collect(i / 100 % 3);
                GC.WaitForPendingFinalizers();
            }
            Thread.Sleep(1);
        }
        Console.WriteLine("{0} threads came and went", threads);
    }

    static int Main(string[] args)
    {
        int seconds = int.Parse(args[0]), n = int.Parse(args[1]);
        long most = long.Parse(args[2]) << 20;
        var workers = new Worker[n];
        var threads = new Thread[n];
        for (int i = 0; i < n; i++) {
            workers[i] = new Worker(i + 1, most);
            threads[i] = new Thread(workers[i].Run);
            threads[i].Start();
        }
        var comer = new Thread(() => Come(seconds));
        comer.Start();
        Thread.Sleep(seconds * 1000);
        Over = true;
        comer.Join();
        long turns = 0;
        for (int i = 0; i < n; i++) {
            threads[i].Join();
            turns += workers[i].Turns;
        }
        Console.WriteLine("{0} turns, {1} finalizers, {2} floods, {5} shortages, {3} collections, {4} of them full", turns, Phoenix.Runs, Floods,
            GC.CollectionCount(0), GC.CollectionCount(GC.MaxGeneration), Shortages);
        return turns > 0 ? 0 : 1;
    }
}
