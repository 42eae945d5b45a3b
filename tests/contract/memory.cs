// What happens when memory is out, and what is given back: memory.exe CASE
using System;
using System.Collections.Generic;
using System.IO;
using System.Reflection.Emit;
using System.Runtime.InteropServices;
using System.Text;
using System.Threading;

static class Memory
{
    class Node
    {
        public Node Next;
        public long A, B;
    }

    [DllImport("libc")] static extern int strlen(string text);
    [DllImport("libc", EntryPoint = "strlen", CharSet = CharSet.Unicode)] static extern int strlenWide(string text);
    [DllImport("libc", EntryPoint = "strlen")] static extern int strlenBuilder(StringBuilder text);
    [DllImport("libc", EntryPoint = "getpid")] static extern int TakeArray(string[] items);

    static void Try(string name, Action action)
    {
        try {
            action();
            Console.WriteLine(name + " returned");
        } catch (Exception e) {
            Console.WriteLine(name + " " + e.GetType().Name);
        }
        GC.Collect();
    }

    static void Blocks()
    {
        var list = new List<byte[]>();
        try {
            for (;;)
                list.Add(new byte[1 << 20]);
        } catch (OutOfMemoryException) {
            int n = list.Count;
            list = null;
            Console.WriteLine("blocks " + (n > 10));
        }
    }

    // The objects are still there when the exception is handled.
    static void Nodes()
    {
        Node head = null;
        try {
            for (;;)
                head = new Node { Next = head };
        } catch (OutOfMemoryException) {
            long n = 0;
            for (var node = head; node != null; node = node.Next)
                n++;
            Console.WriteLine("nodes " + (n > 1000));
        }
    }

    static string Long(char c)
    {
        return new string(c, 200000000);
    }

    static void Requests()
    {
        Try("array", () => { var x = new long[int.MaxValue]; });
        Try("array of two dimensions", () => { var x = new long[40000, 40000]; });
        Try("string", () => { var s = new string('x', int.MaxValue - 100); });
        Try("concatenation", () => { var s = "abcdefgh"; for (;;) s += s; });
        Try("clone", () => { var s = new byte[400000000]; var t = (byte[])s.Clone(); var u = (byte[])s.Clone(); });
        Try("memory stream", () => { var s = new MemoryStream(); var b = new byte[10000000]; for (;;) s.Write(b, 0, b.Length); });
        Try("AllocHGlobal", () => { Marshal.AllocHGlobal((IntPtr)(8L << 30)); });
        Try("StringToHGlobalAnsi", () => { Marshal.StringToHGlobalAnsi(Long('\u20ac')); });
        Try("StringToHGlobalUni", () => { Marshal.StringToHGlobalUni(Long('x')); Marshal.StringToHGlobalUni(Long('y')); });
        Try("string to native code", () => { strlen(Long('\u20ac')); });
        Try("wide string to native code", () => { strlenWide(Long('x') + "x"); });
        Try("builder to native code", () => { strlenBuilder(new StringBuilder(200000000)); });
        Try("array to native code", () => { TakeArray(new string[100000000]); });
        Try("handles", () => { var o = new object(); for (;;) GCHandle.Alloc(o); });
    }

    static Func<int, int> Made(int k)
    {
        var method = new DynamicMethod("m" + k, typeof(int), new[] { typeof(int) });
        var il = method.GetILGenerator();
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldc_I4, k);
        il.Emit(OpCodes.Add);
        il.Emit(OpCodes.Ret);
        return (Func<int, int>)method.CreateDelegate(typeof(Func<int, int>));
    }

    static long Resident()
    {
        foreach (var line in File.ReadAllLines("/proc/self/status"))
            if (line.StartsWith("VmRSS:"))
                return long.Parse(line.Substring(6).Replace("kB", "").Trim());
        return 0;
    }

    static void Methods()
    {
        long sum = 0, before = 0;
        for (int i = 0; i < 60000; i++) {
            sum += Made(i)(i);
            // A busy machine may leave finalizers behind; the collections are the runtime's.
            if (i % 1000 == 0)
                GC.WaitForPendingFinalizers();
            if (i == 10000) {
                GC.Collect();
                before = Resident();
            }
        }
        GC.Collect();
        Console.WriteLine(sum);
        // A method that is never freed takes a kilobyte and more: 50 MB.
        long more = Resident() - before;
        Console.WriteLine("freed " + (more < 25000 ? "True" : more + " KiB more"));
    }

    static object kept;

    static void Garbage(int n)
    {
        for (int i = 0; i < n; i++)
            kept = new byte[1000];
    }

    // Nothing is collected any more, and nothing lives of what was.
    static void Idle()
    {
        var all = new object[200];
        for (int i = 0; i < all.Length; i++) {
            var part = new byte[1 << 20];
            for (int k = 0; k < part.Length; k += 4096)
                part[k] = 1;
            all[i] = part;
        }
        kept = all;
        Garbage(100000);
        for (int i = 0; i < all.Length / 2; i++)
            all[i] = null;
        GC.Collect();
        Garbage(100000);
        const long Part = 8 << 10;
        long before = Resident(), least = before;
        for (int i = 0; i < 60 && least > before - Part; i++) {
            Thread.Sleep(500);
            least = Resident();
        }
        Console.WriteLine("given back " + (least <= before - Part ? "True" : before + " KiB, then " + least));
    }

    static int Main(string[] args)
    {
        switch (args[0]) {
        case "blocks": Blocks(); break;
        case "nodes": Nodes(); break;
        case "requests": Requests(); break;
        case "methods": Methods(); break;
        case "idle": Idle(); break;
        }
        var words = new Dictionary<string, int>();
        for (int i = 0; i < 10000; i++)
            words["word " + i] = i;
        Console.WriteLine(words.Count);
        return 7;
    }
}
