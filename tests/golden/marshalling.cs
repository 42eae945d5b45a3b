// System.Runtime.InteropServices.Marshal: sizes and offsets of native layouts, what has none,
// and arguments that are refused.
using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.InteropServices;

static class Marshalling
{
    struct Plain { public int A; public string B; }
    [StructLayout(LayoutKind.Auto)] struct Auto { public int A; }
    struct Generic<T> { public T Value; }
    class NoLayout { public int X; }
    [StructLayout(LayoutKind.Sequential)] class Sequential { public int A; public byte B; }
    [StructLayout(LayoutKind.Sequential, Size = 32)]
    class Sized { [MarshalAs(UnmanagedType.ByValTStr, SizeConst = 16)] public string A; public int B; }
    [StructLayout(LayoutKind.Sequential, Size = 32)] class Derived : Sized { public int X; }
    [StructLayout(LayoutKind.Sequential)] class Longer : Sequential { public int X; }
    enum Number { One }
    delegate void Call();

    [DllImport("libc", EntryPoint = "no_such_entry")] static extern int NoEntry();
    [DllImport("no-such-library")] static extern int NoLibrary();
    [DllImport("libc", EntryPoint = "getpid")] static extern int NoForm(List<int> list);

    static void Show(string name, Func<object> body)
    {
        try {
            Console.WriteLine("{0}: {1}", name, body());
        } catch (Exception e) {
            Console.WriteLine("{0}: {1} {2}", name, e.GetType().Name, e.Message.Replace("\n", " | "));
        }
    }

    static void Layouts()
    {
        foreach (var type in new[] {
            typeof(int), typeof(bool), typeof(char), typeof(decimal), typeof(Guid), typeof(DateTime), typeof(TimeSpan),
            typeof(void), typeof(IntPtr), typeof(int*), typeof(string), typeof(object), typeof(int[]), typeof(Plain),
            typeof(Auto), typeof(Generic<int>), typeof(Generic<string>), typeof(NoLayout), typeof(Sequential),
            typeof(Sized), typeof(Derived), typeof(Longer), typeof(Number), typeof(Call), typeof(List<int>), typeof(List<>), typeof(IDisposable), typeof(int?),
            typeof(KeyValuePair<int, int>) })
            Show("size of " + type, () => Marshal.SizeOf(type));
        Show("size of nothing", () => Marshal.SizeOf((Type)null));
        foreach (var type in new[] { typeof(Plain), typeof(NoLayout), typeof(Sequential), typeof(Derived), typeof(Longer), typeof(List<int>), typeof(int) })
            foreach (var field in new[] { "A", "B", "X", null })
                Show(type.Name + "." + field, () => Marshal.OffsetOf(type, field));
    }

    static void Structures(IntPtr memory)
    {
        Show("from nothing", () => Marshal.PtrToStructure(IntPtr.Zero, typeof(Plain)) ?? "null");
        Show("from no type", () => Marshal.PtrToStructure(memory, (Type)null));
        Show("generic", () => ((Generic<int>)Marshal.PtrToStructure(memory, typeof(Generic<int>))).Value);
        Show("from no layout", () => Marshal.PtrToStructure(memory, typeof(NoLayout)));
        Show("to no layout", () => { Marshal.StructureToPtr(new NoLayout(), memory, false); return 0; });
        Show("of nothing", () => { Marshal.StructureToPtr(null, memory, false); return 0; });
        Show("to nothing", () => { Marshal.StructureToPtr(new Plain(), IntPtr.Zero, false); return 0; });
        var derived = new Derived();
        Marshal.StructureToPtr(new Derived { A = "text", B = 5, X = 6 }, memory, false);
        Marshal.PtrToStructure(memory, derived);
        Console.WriteLine("{0} {1} {2}", derived.A, derived.B, derived.X);
        Show("to a boxed value", () => { Marshal.PtrToStructure(memory, (object)new Plain()); return 0; });
        Show("destroy nothing", () => { Marshal.DestroyStructure(IntPtr.Zero, typeof(Plain)); return 0; });
    }

    static void Copies(IntPtr memory)
    {
        foreach (int start in new[] { 0, 1, -1, 5 })
            foreach (int length in new[] { 0, 1, 2, -1, 9 }) {
                Show("to " + start + " " + length, () => { Marshal.Copy(new int[2], start, memory, length); return 0; });
                Show("from " + start + " " + length, () => { Marshal.Copy(memory, new int[2], start, length); return 0; });
            }
        Show("to null", () => { Marshal.Copy(new int[2], 0, IntPtr.Zero, 1); return 0; });
        Show("from null", () => { Marshal.Copy(IntPtr.Zero, new int[2], 0, 1); return 0; });
        Show("utf-16", () => Marshal.PtrToStringUni(IntPtr.Zero, 5));
        Show("ansi", () => Marshal.PtrToStringAnsi(memory, -1));
        Show("no ansi", () => Marshal.PtrToStringAnsi(IntPtr.Zero) ?? "null");
    }

    static void Main()
    {
        IntPtr memory = Marshal.AllocHGlobal(64);
        Marshal.Copy(Enumerable.Range(1, 16).ToArray(), 0, memory, 16);
        Layouts();
        Structures(memory);
        Copies(memory);
        Marshal.FreeHGlobal(memory);
        Show("entry", () => NoEntry());
        Show("library", () => NoLibrary());
        Show("form", () => NoForm(new List<int>()));
    }
}
