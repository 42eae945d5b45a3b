using System;
using System.Runtime;
using System.Threading;
// Regions without collections and what is called in them; notices of full collections; large
// objects are old at once.
static class P
{
    static object keep;
    static GCNotificationStatus answer;
    static int spins;
    static void Try(string what, Action a) { try { a(); Console.WriteLine(what + ": ok"); } catch (Exception e) { Console.WriteLine(what + ": " + e.GetType().Name + ": " + e.Message); } }
    static void Main()
    {
        Try("before", () => GC.RegisterNoGCRegionCallback(1000, () => { }));
        Console.WriteLine(GC.TryStartNoGCRegion(8 << 20));
        Try("negative", () => GC.RegisterNoGCRegionCallback(-1, () => { }));
        Try("zero", () => GC.RegisterNoGCRegionCallback(0, () => { }));
        Try("null", () => GC.RegisterNoGCRegionCallback(1, null));
        Try("too large", () => GC.RegisterNoGCRegionCallback(64 << 20, () => { }));
        var called = new ManualResetEventSlim();
        Try("4 MB", () => GC.RegisterNoGCRegionCallback(4 << 20, () => { Console.WriteLine("called " + Thread.CurrentThread.IsBackground + " " + Thread.CurrentThread.IsThreadPoolThread); called.Set(); }));
        Try("twice", () => GC.RegisterNoGCRegionCallback(2 << 20, () => { }));
        for (int i = 0; i < 2000; i++) keep = new byte[1000];
        Console.WriteLine("after 2 MB: " + called.Wait(200));
        for (int i = 0; i < 2400; i++) keep = new byte[1000];
        Console.WriteLine("after 4.4 MB: " + called.Wait(2000));
        Console.WriteLine(GCSettings.LatencyMode);
        GC.EndNoGCRegion();
        Console.WriteLine(GC.TryStartNoGCRegion(8 << 20));
        Try("abandoned", () => GC.RegisterNoGCRegionCallback(4 << 20, () => Console.WriteLine("never")));
        GC.EndNoGCRegion();
        GC.Collect(); GC.WaitForPendingFinalizers();
        Try("bad", () => GC.RegisterForFullGCNotification(0, 10));
        Try("bad", () => GC.RegisterForFullGCNotification(10, 100));
        Try("no wait", () => Console.WriteLine(GC.WaitForFullGCApproach(10)));
        Try("no wait", () => Console.WriteLine(GC.WaitForFullGCComplete(10)));
        Try("notify", () => GC.RegisterForFullGCNotification(10, 10));
        Try("notify", () => GC.RegisterForFullGCNotification(20, 10));
        Try("bad wait", () => Console.WriteLine(GC.WaitForFullGCApproach(-2)));
        Try("wait", () => Console.WriteLine(GC.WaitForFullGCApproach(20)));
        Try("wait", () => Console.WriteLine(GC.WaitForFullGCComplete(20)));
        var waits = new Thread(() => answer = GC.WaitForFullGCApproach(-1));
        waits.Start();
        while ((waits.ThreadState & ThreadState.WaitSleepJoin) == 0 && waits.IsAlive && spins++ < 200) Thread.Sleep(1);
        GC.CancelFullGCNotification();
        waits.Join();
        Console.WriteLine(answer is GCNotificationStatus.Canceled or GCNotificationStatus.NotApplicable);
        Try("cancelled", () => Console.WriteLine(GC.WaitForFullGCApproach(10)));
        Console.WriteLine(GC.GetGeneration(new byte[84975]) + " " + GC.GetGeneration(new byte[84976]) + " " + GC.GetGeneration(new byte[85000])+ " " + GC.GetGeneration(new string('a', 50000)) + " " + GC.GetGeneration(new object[20000]));
    }
}
