// GC, GCSettings: what does not depend on how the collector works.
using System;
using System.Runtime;

class Program
{
    static void Try(string what, Action action)
    {
        try { action(); Console.WriteLine(what + ": ok"); }
        catch (Exception e) { Console.WriteLine(what + ": " + e.GetType() + " | " + e.Message); }
    }

    // Collections that nobody asked for may come at any time: then again.
    static object NewObject(out int count)
    {
        object made;
        do
        {
            count = GC.CollectionCount(0);
            made = new int[10];
        } while (count != GC.CollectionCount(0));
        return made;
    }

    static int Age(object value, out int count)
    {
        int age;
        do
        {
            count = GC.CollectionCount(0);
            age = GC.GetGeneration(value);
        } while (count != GC.CollectionCount(0));
        return age;
    }

    // Objects grow older with each collection that they survive.
    static void Ages()
    {
        object made = NewObject(out int born);
        for (int i = 0; i < 4; i++)
        {
            int age = Age(made, out int now);
            Console.WriteLine((age == Math.Min(now - born, 2)) + " " + (now - born >= i));
            GC.Collect();
        }
        Console.WriteLine(GC.GetGeneration(new WeakReference(made)));
        GC.KeepAlive(made);
    }

    static void Main()
    {
        Ages();
        int before = GC.CollectionCount(0);
        GC.Collect();
        GC.Collect(2, GCCollectionMode.Forced, true, true);
        Console.WriteLine((GC.CollectionCount(0) - before >= 2) + " " + GC.CollectionCount(3));
        object young = NewObject(out int born);
        Console.WriteLine(GC.MaxGeneration + " " + (Age(young, out int now) == Math.Min(now - born, 2)));
        Console.WriteLine(GCSettings.IsServerGC + " " + GCSettings.LatencyMode + " " + GCSettings.LargeObjectHeapCompactionMode);
        GCSettings.LatencyMode = GCLatencyMode.SustainedLowLatency;
        Console.WriteLine(GCSettings.LatencyMode);
        GCSettings.LatencyMode = GCLatencyMode.Interactive;
        GCSettings.LargeObjectHeapCompactionMode = GCLargeObjectHeapCompactionMode.CompactOnce;
        Console.WriteLine(GCSettings.LargeObjectHeapCompactionMode);
        GC.Collect();
        Console.WriteLine(GCSettings.LargeObjectHeapCompactionMode);
        Console.WriteLine(GC.TryStartNoGCRegion(1000000) + " " + GCSettings.LatencyMode);
        GC.EndNoGCRegion();
        Console.WriteLine(GCSettings.LatencyMode);
        Try("no region", () => GC.EndNoGCRegion());
        Try("ended by a collection", () => { GC.TryStartNoGCRegion(1000); GC.Collect(); GC.EndNoGCRegion(); });
        Try("pressure", () => { GC.AddMemoryPressure(100); GC.RemoveMemoryPressure(100); });
        Try("array", () => Console.WriteLine(GC.AllocateUninitializedArray<byte>(5000).Length + GC.AllocateArray<string>(7, true).Length));
        Try("negative", () => GC.AllocateUninitializedArray<byte>(-1));
        Try("negative", () => GC.AllocateArray<byte>(-1));
        Try("too long", () => GC.AllocateArray<long>(int.MaxValue));
        long bytes = GC.GetAllocatedBytesForCurrentThread();
        var kept = new byte[10000];
        Console.WriteLine(GC.GetAllocatedBytesForCurrentThread() - bytes);
        bytes = GC.GetTotalAllocatedBytes(true);
        kept = new byte[100000];
        Console.WriteLine(GC.GetTotalAllocatedBytes(true) - bytes >= kept.Length);
        GCMemoryInfo info = GC.GetGCMemoryInfo();
        Console.WriteLine((info.Index > 0) + " " + (info.HeapSizeBytes > 0) + " " + (info.TotalAvailableMemoryBytes > 0) + " " + info.GenerationInfo.Length + " " + (info.MemoryLoadBytes > 0));
        Console.WriteLine((GC.GetTotalPauseDuration() > TimeSpan.Zero) + " " + (GC.GetTotalMemory(false) > 0));
        GC.Collect();
        long full = GC.GetGCMemoryInfo(GCKind.FullBlocking).Index, ephemeral = GC.GetGCMemoryInfo(GCKind.Ephemeral).Index;
        Console.WriteLine(GC.GetGCMemoryInfo(GCKind.Any).Index == full);
        GC.Collect();
        Console.WriteLine((GC.GetGCMemoryInfo(GCKind.FullBlocking).Index > full) + " " + (GC.GetGCMemoryInfo(GCKind.Ephemeral).Index == ephemeral)
            + " " + GC.GetGCMemoryInfo(GCKind.Background).Index);
        Try("generation", () => GC.Collect(-1));
        Try("suppress", () => GC.SuppressFinalize(null));
        Try("again", () => GC.ReRegisterForFinalize(new object()));
        Try("notification", () => Console.WriteLine(GC.WaitForFullGCApproach(0)));
        Console.WriteLine(GC.GetConfigurationVariables()["ServerGC"]);
        Console.WriteLine(Environment.ProcessorCount > 0);
        AppDomain.CurrentDomain.ProcessExit += (s, e) => Console.WriteLine("the end " + Environment.ExitCode);
        new Last();
        Environment.ExitCode = 3;
        Environment.Exit(4);
    }
}

class Last { ~Last() { Console.WriteLine("finalizers do not run at the end"); } }
