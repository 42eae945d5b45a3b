// IUnknown of managed objects and managed objects of IUnknown: ComWrappers as a program
// derives it, with functions of the runtime's and of its own, and what the source
// generator makes of [GeneratedComInterface].
using System.Collections;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.InteropServices.Marshalling;

unsafe static class Program
{
    static void Main()
    {
        Section("runtime's functions", Functions.Run);
        Section("wrappers", Wrappers.Run);
        Section("lifetime", Lifetime.Run);
        Section("trackers", Trackers.Run);
        Section("custom query", CustomQuery.Run);
        Section("generated", Generated.Run);
        Section("threads", Threads.Run);
    }

    static void Section(string name, Action run)
    {
        Console.WriteLine("-- " + name);
        try { run(); }
        catch (Exception e) { Console.WriteLine("!! " + e.GetType() + ": " + e.Message); }
    }

    public static string Hex(int code) => "0x" + code.ToString("x8");

    public static int Query(IntPtr unknown, Guid iid, out IntPtr result) =>
        Marshal.QueryInterface(unknown, iid, out result);

    public static void Collect()
    {
        for (int i = 0; i < 4; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
    }

    // What lay on the stack goes.
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static int Wipe(int depth)
    {
        Span<long> room = stackalloc long[200];
        room.Clear();
        return depth == 0 ? (int)room[3] : Wipe(depth - 1) + (int)room[7];
    }
}

interface ICounter
{
    int Add(int n);
}

class Counter : ICounter
{
    public int Sum;
    public static int Finalized;
    public int Add(int n) => Sum += n;
    ~Counter() => Interlocked.Increment(ref Finalized);
}

// What stands for a native ICounter.
unsafe class Proxy : ICounter
{
    public IntPtr Unknown;
    public static int Released;

    public int Add(int n)
    {
        Marshal.QueryInterface(Unknown, Wrapping.Iid, out IntPtr counter);
        int sum = ((delegate* unmanaged<IntPtr, int, int>)(*(*(void***)counter + 3)))(counter, n);
        Marshal.Release(counter);
        return sum;
    }

    ~Proxy()
    {
        Marshal.Release(Unknown);
        Interlocked.Increment(ref Released);
    }
}

unsafe class Wrapping : ComWrappers
{
    public static readonly Guid Iid = new("447BB9ED-DA48-4ABC-8963-5BB5C3E0AA09");
    public static readonly Guid IidSecond = new("447BB9ED-DA48-4ABC-8963-5BB5C3E0AA0A");
    static readonly ComInterfaceEntry* entries;
    public int Entries = 1;
    public string Last = "";
    public int Created;

    static Wrapping()
    {
        GetIUnknownImpl(out IntPtr query, out IntPtr addRef, out IntPtr release);
        var vtable = (IntPtr*)RuntimeHelpers.AllocateTypeAssociatedMemory(typeof(Wrapping), 4 * sizeof(IntPtr));
        vtable[0] = query;
        vtable[1] = addRef;
        vtable[2] = release;
        vtable[3] = (IntPtr)(delegate* unmanaged<ComInterfaceDispatch*, int, int>)&Add;
        entries = (ComInterfaceEntry*)RuntimeHelpers.AllocateTypeAssociatedMemory(typeof(Wrapping), 10 * sizeof(ComInterfaceEntry));
        for (int i = 0; i < 10; i++)
        {
            entries[i].IID = i == 0 ? Iid : new Guid(0x447BB9ED, 0, 0, 1, 2, 3, 4, 5, 6, 7, (byte)i);
            entries[i].Vtable = (IntPtr)vtable;
        }
    }

    [UnmanagedCallersOnly]
    static int Add(ComInterfaceDispatch* dispatch, int n) =>
        ComInterfaceDispatch.GetInstance<ICounter>(dispatch).Add(n);

    protected override ComInterfaceEntry* ComputeVtables(object obj, CreateComInterfaceFlags flags, out int count)
    {
        Last = obj.GetType().Name + " " + flags;
        if (obj is string s && s == "throw")
            throw new InvalidOperationException("no vtables");
        count = obj is ICounter ? Entries : 0;
        return count > 0 ? entries : null;
    }

    protected override object CreateObject(IntPtr external, CreateObjectFlags flags)
    {
        Created++;
        if (Query(external, Iid) < 0)
            return null;
        Marshal.AddRef(external);
        return new Proxy { Unknown = external };
    }

    static int Query(IntPtr unknown, Guid iid)
    {
        int code = Marshal.QueryInterface(unknown, iid, out IntPtr it);
        if (code >= 0)
            Marshal.Release(it);
        return code;
    }

    protected override void ReleaseObjects(IEnumerable objects)
    {
        foreach (object o in objects)
            Console.WriteLine("release " + o);
    }
}

static unsafe class Functions
{
    public static void Run()
    {
        ComWrappers.GetIUnknownImpl(out IntPtr query, out IntPtr addRef, out IntPtr release);
        ComWrappers.GetIUnknownImpl(out IntPtr query2, out IntPtr addRef2, out IntPtr release2);
        Console.WriteLine($"{query != 0} {addRef != 0} {release != 0} {query != addRef} {addRef != release}");
        Console.WriteLine($"{query == query2} {addRef == addRef2} {release == release2}");
        StrategyBasedComWrappers.DefaultIUnknownInterfaceDetailsStrategy.ToString();
        Console.WriteLine(ComWrappers.TryGetComInstance(new object(), out IntPtr none) + " " + none);
        Console.WriteLine(ComWrappers.TryGetObject(0, out object nothing) + " " + (nothing == null));
    }
}

static unsafe class Wrappers
{
    public static void Run()
    {
        var wrappers = new Wrapping();
        var counter = new Counter();
        IntPtr unknown = wrappers.GetOrCreateComInterfaceForObject(counter, CreateComInterfaceFlags.None);
        Console.WriteLine(wrappers.Last);
        IntPtr again = wrappers.GetOrCreateComInterfaceForObject(counter, CreateComInterfaceFlags.None);
        Console.WriteLine((unknown == again) + " " + Marshal.AddRef(unknown) + " " + Marshal.Release(unknown) + " " + Marshal.Release(unknown));
        int code = Program.Query(unknown, Wrapping.Iid, out IntPtr it);
        Console.WriteLine(Program.Hex(code) + " " + (it != unknown));
        Console.WriteLine(((delegate* unmanaged<IntPtr, int, int>)(*(*(void***)it + 3)))(it, 5) + " " + counter.Sum);
        Console.WriteLine(Program.Hex(Program.Query(it, new Guid("00000000-0000-0000-C000-000000000046"), out IntPtr identity)) + " " + (identity == unknown));
        Console.WriteLine(Program.Hex(Program.Query(unknown, Wrapping.IidSecond, out IntPtr none)) + " " + none);
        Console.WriteLine(Program.Hex(((delegate* unmanaged<IntPtr, Guid*, IntPtr*, int>)(**(void***)unknown))(unknown, null, null)));
        Console.WriteLine(ComWrappers.TryGetObject(unknown, out object back) + " " + ReferenceEquals(back, counter));
        Console.WriteLine(ComWrappers.TryGetObject(it, out back) + " " + ReferenceEquals(back, counter));
        Console.WriteLine(ReferenceEquals(wrappers.GetOrCreateObjectForComInstance(unknown, CreateObjectFlags.Unwrap), counter));

        object proxy = wrappers.GetOrCreateObjectForComInstance(unknown, CreateObjectFlags.None);
        Console.WriteLine(proxy.GetType() + " " + ((ICounter)proxy).Add(10) + " " + wrappers.Created);
        Console.WriteLine(ReferenceEquals(proxy, wrappers.GetOrCreateObjectForComInstance(it, CreateObjectFlags.None)) + " " + wrappers.Created);
        object unique = wrappers.GetOrCreateObjectForComInstance(unknown, CreateObjectFlags.UniqueInstance);
        Console.WriteLine(ReferenceEquals(proxy, unique) + " " + wrappers.Created);
        Console.WriteLine(ComWrappers.TryGetComInstance(proxy, out IntPtr native) + " " + (native == unknown));
        Console.WriteLine(ComWrappers.TryGetComInstance(counter, out native) + " " + native);
        var other = new Wrapping();
        Console.WriteLine(other.GetOrCreateComInterfaceForObject(counter, CreateComInterfaceFlags.None) != unknown);
        object registered = new Proxy { Unknown = unknown };
        Marshal.AddRef(unknown);
        Console.WriteLine(ReferenceEquals(registered, other.GetOrRegisterObjectForComInstance(unknown, CreateObjectFlags.None, registered)));

        var many = new Wrapping { Entries = 10 };
        IntPtr ten = many.GetOrCreateComInterfaceForObject(new Counter(), CreateComInterfaceFlags.None);
        string sums = "";
        for (int i = 0; i < 10; i++)
        {
            Guid iid = i == 0 ? Wrapping.Iid : new Guid(0x447BB9ED, 0, 0, 1, 2, 3, 4, 5, 6, 7, (byte)i);
            code = Program.Query(ten, iid, out it);
            sums += " " + (code == 0 ? ((delegate* unmanaged<IntPtr, int, int>)(*(*(void***)it + 3)))(it, i) : code);
        }
        Console.WriteLine(sums);
        GC.KeepAlive(registered);

        foreach (object bad in new object[] { "throw", "none", null })
            try { Console.WriteLine(wrappers.GetOrCreateComInterfaceForObject(bad, CreateComInterfaceFlags.None) != 0); }
            catch (Exception e) { Console.WriteLine(e.GetType() + " " + e.Message); }
        try { wrappers.GetOrCreateObjectForComInstance(0, CreateObjectFlags.None); }
        catch (Exception e) { Console.WriteLine(e.GetType() + " " + e.Message); }
        IntPtr plain = wrappers.GetOrCreateComInterfaceForObject(new object(), CreateComInterfaceFlags.None);
        try { Console.WriteLine(wrappers.GetOrCreateObjectForComInstance(plain, CreateObjectFlags.None) == null); }
        catch (Exception e) { Console.WriteLine(e.GetType() + " " + e.Message); }
        try { Marshal.GetIUnknownForObject(counter); }
        catch (Exception e) { Console.WriteLine(e.GetType() + " " + e.Message); }
    }
}

// Native references hold the object; the last one lets it go.
static unsafe class Lifetime
{
    [MethodImpl(MethodImplOptions.NoInlining)]
    static IntPtr Make(Wrapping wrappers, int n)
    {
        IntPtr unknown = 0;
        for (int i = 0; i < n; i++)
            unknown = wrappers.GetOrCreateComInterfaceForObject(new Counter { Sum = i }, CreateComInterfaceFlags.None);
        return unknown;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static void MakeAndRelease(Wrapping wrappers, int n)
    {
        for (int i = 0; i < n; i++)
            Marshal.Release(Make(wrappers, 1));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static void Proxies(Wrapping wrappers, IntPtr unknown, int n)
    {
        for (int i = 0; i < n; i++)
            wrappers.GetOrCreateObjectForComInstance(unknown, CreateObjectFlags.UniqueInstance);
    }

    public static void Run()
    {
        var wrappers = new Wrapping();
        Program.Collect();
        Counter.Finalized = 0;
        IntPtr last = Make(wrappers, 100);
        Program.Wipe(20);
        Program.Collect();
        Console.WriteLine("held: " + Counter.Finalized);
        Program.Query(last, Wrapping.Iid, out IntPtr it);
        Console.WriteLine(((delegate* unmanaged<IntPtr, int, int>)(*(*(void***)it + 3)))(it, 1));
        MakeAndRelease(wrappers, 100);
        Program.Wipe(20);
        Program.Collect();
        Console.WriteLine("let go: " + (Counter.Finalized > 90) + " " + (Counter.Finalized <= 100));
        Proxy.Released = 0;
        Proxies(wrappers, last, 100);
        Program.Wipe(20);
        Program.Collect();
        Console.WriteLine("proxies let go: " + (Proxy.Released > 90));
        Console.WriteLine(((delegate* unmanaged<IntPtr, int, int>)(*(*(void***)it + 3)))(it, 1));
    }
}

static unsafe class Trackers
{
    static readonly Guid iid = new("64bd43f8-bfee-4ec4-b7eb-2935158dae21");

    [MethodImpl(MethodImplOptions.NoInlining)]
    static IntPtr Make(Wrapping wrappers)
    {
        IntPtr unknown = wrappers.GetOrCreateComInterfaceForObject(new Counter { Sum = 70 }, CreateComInterfaceFlags.TrackerSupport);
        Console.WriteLine(wrappers.Last);
        Console.WriteLine(Program.Hex(Program.Query(unknown, iid, out IntPtr target)));
        Console.WriteLine(((delegate* unmanaged<IntPtr, uint>)(*(*(void***)target + 3)))(target));
        Console.WriteLine(((delegate* unmanaged<IntPtr, uint>)(*(*(void***)target + 3)))(target));
        Console.WriteLine(((delegate* unmanaged<IntPtr, uint>)(*(*(void***)target + 4)))(target));
        Console.WriteLine(((delegate* unmanaged<IntPtr, int>)(*(*(void***)target + 5)))(target));
        Console.WriteLine(Marshal.Release(target));
        Console.WriteLine(Marshal.Release(unknown));
        return target;
    }

    public static void Run()
    {
        var wrappers = new Wrapping();
        IntPtr plain = wrappers.GetOrCreateComInterfaceForObject(new Counter(), CreateComInterfaceFlags.None);
        Console.WriteLine(Program.Hex(Program.Query(plain, iid, out _)));
        Program.Collect();
        Counter.Finalized = 0;
        IntPtr target = Make(wrappers);
        Program.Wipe(20);
        Program.Collect();
        Console.WriteLine("held by its tracker: " + Counter.Finalized);
        Console.WriteLine(Program.Hex(Program.Query(target, Wrapping.Iid, out IntPtr it)));
        Console.WriteLine(((delegate* unmanaged<IntPtr, int, int>)(*(*(void***)it + 3)))(it, 7));
        Console.WriteLine(Marshal.Release(it));
        Console.WriteLine(((delegate* unmanaged<IntPtr, int>)(*(*(void***)target + 6)))(target));
        Console.WriteLine(((delegate* unmanaged<IntPtr, uint>)(*(*(void***)target + 4)))(target));
        ComWrappers.RegisterForTrackerSupport(wrappers);
        try { ComWrappers.RegisterForTrackerSupport(wrappers); }
        catch (Exception e) { Console.WriteLine(e.GetType() + " " + e.Message); }
        try { ComWrappers.RegisterForMarshalling(wrappers); Console.WriteLine("registered"); }
        catch (Exception e) { Console.WriteLine(e.GetType() + " " + e.Message); }
    }
}

static unsafe class CustomQuery
{
    static readonly Guid handled = new("11111111-1111-1111-1111-111111111111");
    static readonly Guid failed = new("22222222-2222-2222-2222-222222222222");
    static readonly Guid throwing = new("33333333-3333-3333-3333-333333333333");

    class Chameleon : Counter, ICustomQueryInterface
    {
        public int Asked;

        public CustomQueryInterfaceResult GetInterface(ref Guid iid, out IntPtr it)
        {
            Asked++;
            it = iid == handled ? 0x1234 : 0;
            if (iid == throwing)
                throw new InvalidOperationException("thrown");
            return iid == handled ? CustomQueryInterfaceResult.Handled
                : iid == failed ? CustomQueryInterfaceResult.Failed : CustomQueryInterfaceResult.NotHandled;
        }
    }

    public static void Run()
    {
        var wrappers = new Wrapping();
        var chameleon = new Chameleon();
        IntPtr unknown = wrappers.GetOrCreateComInterfaceForObject(chameleon, CreateComInterfaceFlags.None);
        foreach (Guid iid in new[] { handled, failed, Wrapping.Iid, Wrapping.IidSecond, throwing, handled })
        {
            int code = Program.Query(unknown, iid, out IntPtr it);
            Console.WriteLine(iid + " " + Program.Hex(code) + " " + (it == 0x1234 ? "0x1234" : it == 0 ? "0" : "real") + " " + chameleon.Asked);
        }
    }
}

[GeneratedComInterface]
[Guid("7B0E0B5A-6A5B-4B8A-9B6E-0B8E3C6F5D01")]
partial interface IShapes
{
    int Area(int width, int height);
    [return: MarshalAs(UnmanagedType.LPWStr)]
    string Name([MarshalAs(UnmanagedType.LPWStr)] string prefix, int n);
    void Fail(int code);
    IShapes Self();
    void Fill([MarshalUsing(CountElementName = nameof(count))] int[] values, int count);
}

[GeneratedComInterface]
[Guid("7B0E0B5A-6A5B-4B8A-9B6E-0B8E3C6F5D02")]
partial interface IMoreShapes : IShapes
{
    long Volume(int a, int b, int c);
}

[GeneratedComClass]
partial class Shapes : IMoreShapes
{
    public int Filled;
    public int Area(int width, int height) => width * height;
    public string Name(string prefix, int n) => prefix + "/" + n + "\u00e9";
    public long Volume(int a, int b, int c) => (long)a * b * c;
    public IShapes Self() => this;
    public void Fill(int[] values, int count) => Filled = values.Take(count).Sum();

    public void Fail(int code)
    {
        throw code switch
        {
            1 => new ArgumentException("bad argument"),
            2 => new COMException("com", unchecked((int)0x80041234)),
            3 => new FileNotFoundException("none"),
            _ => new InvalidOperationException("invalid"),
        };
    }
}

static unsafe class Generated
{
    public static void Run()
    {
        var wrappers = new StrategyBasedComWrappers();
        var shapes = new Shapes();
        IntPtr unknown = wrappers.GetOrCreateComInterfaceForObject(shapes, CreateComInterfaceFlags.None);
        object proxy = wrappers.GetOrCreateObjectForComInstance(unknown, CreateObjectFlags.None);
        Console.WriteLine(proxy.GetType());
        var some = (IShapes)proxy;
        Console.WriteLine(some.Area(6, 7) + " " + some.Name("shape", 3));
        var more = (IMoreShapes)proxy;
        Console.WriteLine(more.Volume(100000, 100000, 3) + " " + more.Area(2, 3));
        some.Fill(new[] { 1, 2, 3, 4 }, 3);
        Console.WriteLine(shapes.Filled);
        for (int i = 1; i <= 4; i++)
            try { some.Fail(i); }
            catch (Exception e) { Console.WriteLine(e.GetType() + " " + Program.Hex(e.HResult)); }
        Console.WriteLine(ReferenceEquals(some.Self(), shapes) + " " + (some.Self() is ComObject));
        Console.WriteLine((proxy is IEnumerable) + " " + (proxy is IMoreShapes));
        try { ((IDisposable)proxy).Dispose(); }
        catch (Exception e) { Console.WriteLine(e.GetType()); }
        Console.WriteLine(Program.Hex(Program.Query(unknown, typeof(IMoreShapes).GUID, out IntPtr it)) + " " + (it != 0));
        Console.WriteLine(ComInterfaceMarshaller<IShapes>.ConvertToManaged((void*)it) is Shapes);
        ((ComObject)wrappers.GetOrCreateObjectForComInstance(unknown, CreateObjectFlags.UniqueInstance)).FinalRelease();
        Console.WriteLine(some.Area(2, 2));
    }
}

static unsafe class Threads
{
    public static void Run()
    {
        var wrappers = new Wrapping();
        var counters = Enumerable.Range(0, 50).Select(_ => new Counter()).ToArray();
        var same = new System.Collections.Concurrent.ConcurrentDictionary<int, IntPtr>();
        int differ = 0;
        Parallel.For(0, 400, new ParallelOptions { MaxDegreeOfParallelism = 4 }, i =>
        {
            IntPtr unknown = wrappers.GetOrCreateComInterfaceForObject(counters[i % 50], CreateComInterfaceFlags.None);
            if (same.GetOrAdd(i % 50, unknown) != unknown)
                Interlocked.Increment(ref differ);
            Program.Query(unknown, Wrapping.Iid, out IntPtr it);
            Interlocked.Add(ref sums, ((delegate* unmanaged<IntPtr, int, int>)(*(*(void***)it + 3)))(it, 0));
            Marshal.Release(it);
            if (i % 40 == 0)
                GC.Collect();
        });
        Console.WriteLine(differ + " " + sums + " " + same.Values.Distinct().Count());
    }

    static int sums;
}
