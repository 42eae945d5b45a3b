// Structures and functions by way of Marshal; which types have no size, offset or native form.
using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;

[StructLayout(LayoutKind.Sequential)]
struct Mixed
{
    public int number;
    [MarshalAs(UnmanagedType.LPStr)] public string text;
    public double real;
}

class NoLayout { public int x; }
class GenericClass<T> { }
struct GenericStruct<T> { public T field; }
interface IGeneric<T> { }
enum Small : byte { None }
struct WithArray { [MarshalAs(UnmanagedType.ByValArray, SizeConst = 3)] public int[] items; }
struct BadElements
{
    [MarshalAs(UnmanagedType.ByValArray, ArraySubType = UnmanagedType.SafeArray, SizeConst = 8)] public string[] items;
}

class Program
{
    delegate int Twice(int x);

    static void Try(string what, Func<object> f)
    {
        try { Console.WriteLine(what + ": " + f()); }
        catch (Exception e)
        {
            Console.WriteLine(what + ": " + e.GetType().Name + " " + ((e as ArgumentException)?.ParamName ?? "-") + ": " + e.Message);
        }
    }

    static void Try(string what, Action f) => Try(what, () => { f(); return "ok"; });

    static void Sizes()
    {
        foreach (var type in new[] {
            typeof(int).MakeByRefType(), typeof(int).MakePointerType(), typeof(void), typeof(GenericClass<>),
            typeof(GenericClass<string>), typeof(GenericStruct<>), typeof(GenericStruct<int>), typeof(IGeneric<>),
            typeof(BadElements), typeof(int[]), typeof(string), typeof(object), typeof(Small), typeof(DateTime),
            typeof(NoLayout), typeof(Action), typeof(bool), typeof(char), typeof(decimal), typeof(IDisposable),
            typeof(Span<int>), typeof(int?), typeof(Int128), typeof(IntPtr), typeof(WithArray) })
            Try("size of " + type, () => Marshal.SizeOf(type));
        Try("size of an enum", () => Marshal.SizeOf<Small>());
        Try("size of a nullable", () => Marshal.SizeOf<int?>());
        Try("size of a generic class", () => Marshal.SizeOf<List<string>>());
        Try("size of a value", () => Marshal.SizeOf((object)new GenericStruct<int>()));
        Try("size of a value of an enum", () => Marshal.SizeOf((object)Small.None));
    }

    static void Offsets()
    {
        Try("offset", () => Marshal.OffsetOf<Mixed>("real"));
        Try("offset without layout", () => Marshal.OffsetOf<NoLayout>("x"));
        Try("offset of bad elements", () => Marshal.OffsetOf<BadElements>("items"));
        Try("offset in a generic structure", () => Marshal.OffsetOf<GenericStruct<int>>("field"));
        Try("offset in a shared structure", () => Marshal.OffsetOf<GenericStruct<string>>("field"));
        Try("offset in a date", () => Marshal.OffsetOf<DateTime>("_dateData"));
        Try("offset in an enum", () => Marshal.OffsetOf<Small>("value__"));
        Try("offset in a pair", () => Marshal.OffsetOf<KeyValuePair<int, int>>("value"));
        Try("offset of an array", () => Marshal.OffsetOf<WithArray>("items"));
        Try("offset of nothing", () => Marshal.OffsetOf<Mixed>("none"));
    }

    // What has nothing to free is not touched.
    static void Destroyed()
    {
        Try("destroy a number", () => Marshal.DestroyStructure<int>(1));
        Try("destroy a guid", () => Marshal.DestroyStructure(1, typeof(Guid)));
        Try("destroy an enum", () => Marshal.DestroyStructure(1, typeof(Small)));
        Try("destroy a date", () => Marshal.DestroyStructure(1, typeof(DateTime)));
        Try("destroy without layout", () => Marshal.DestroyStructure(1, typeof(NoLayout)));
    }

    static void Copied(IntPtr memory)
    {
        Marshal.StructureToPtr(new Mixed { number = 5, text = "txt", real = 2.5 }, memory, false);
        var copy = Marshal.PtrToStructure<Mixed>(memory);
        Console.WriteLine(copy.number + copy.text + copy.real);
        Marshal.DestroyStructure<Mixed>(memory);
        Try("too few", () => Marshal.StructureToPtr(new WithArray { items = new int[2] }, memory, false));
        Try("too many", () => Marshal.StructureToPtr(new WithArray { items = new int[4] }, memory, false));
        Try("none", () => Marshal.StructureToPtr(new WithArray(), memory, false));
        Try("an enum", () => Marshal.StructureToPtr(Small.None, memory, false));
        Try("a number", () => Marshal.StructureToPtr(7, memory, false));
        Try("a bool", () => Marshal.StructureToPtr(true, memory, false));
        Try("a bool back", () => Marshal.PtrToStructure<bool>(memory));
        Try("a date back", () => Marshal.PtrToStructure<DateTime>(memory));
        Try("an enum back", () => Marshal.PtrToStructure<Small>(memory));
    }

    static void Main()
    {
        Sizes();
        Offsets();
        Destroyed();
        IntPtr memory = Marshal.AllocHGlobal(64);
        Copied(memory);
        Marshal.FreeHGlobal(memory);
        Twice twice = x => x * 2;
        IntPtr function = Marshal.GetFunctionPointerForDelegate(twice);
        Console.WriteLine(Marshal.GetDelegateForFunctionPointer<Twice>(function)(21));
    }
}
