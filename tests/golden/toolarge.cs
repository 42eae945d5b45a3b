// Value types that are larger than 128 MiB have no layout, and arrays larger than memory are
// not made (mono crashes on the first, so the expected output is beside this file).
using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

[StructLayout(LayoutKind.Sequential, Size = 100000000)] struct Large { public int A; }
[StructLayout(LayoutKind.Sequential, Size = 0x7ffffff0)] struct Huge { public int A; }
struct Two { public Large A, B; }
struct Thousand { public unsafe fixed long Data[0x0fffffff]; }
class Holder { public Huge Value; }
class StaticHolder { public static Huge Value; }
class Child : Holder { }
class Generic<T> { public T A, B; }

static unsafe class Program
{
    static void Try(string name, Action action)
    {
        try {
            action();
            Console.WriteLine("{0}: done", name);
        } catch (Exception e) {
            Console.WriteLine("{0}: {1}", name, e.GetType());
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static void Local()
    {
        Huge value = new Huge();
        value.A = 1;
        Console.WriteLine(value.A);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static int Argument(Huge value) { return value.A; }

    static void Main()
    {
        Try("local", Local);
        Try("argument", () => Argument(default(Huge)));
        Try("array", () => Console.WriteLine(new Huge[1].Length));
        Try("array of two", () => Console.WriteLine(new Two[1].Length));
        Try("fixed", () => Console.WriteLine(sizeof(Thousand)));
        Try("field", () => new Holder());
        Try("child", () => new Child());
        Try("static", () => StaticHolder.Value.A = 1);
        Try("generic", () => new Generic<Large>());
        Try("nullable", () => Console.WriteLine(((object)new Huge?()) == null));
        Try("reflection", () => Activator.CreateInstance(typeof(Huge)));
        Try("many", () => Console.WriteLine(new Large[int.MaxValue].Length));
        Try("matrix", () => Console.WriteLine(new Large[50000, 50000].Length));
        Try("size", () => Console.WriteLine(sizeof(Large)));
        Try("class", () => Console.WriteLine(new Generic<Large[]>().A == null));
    }
}
