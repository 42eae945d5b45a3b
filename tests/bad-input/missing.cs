// What a program can catch: a library, a type, a method, a field that are not there.
using System;
using System.Runtime.CompilerServices;

static class Missing
{
    [MethodImpl(MethodImplOptions.InternalCall)]
    static extern int NoSuchInternalCall(int n);

    [MethodImpl(MethodImplOptions.NoInlining)]
    static void Absent()
    {
        Console.WriteLine(new AbsentLibrary().Value);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static void Method()
    {
        Shrunk.Gone();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static void Field()
    {
        Console.WriteLine(Shrunk.GoneToo);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static void Type()
    {
        Console.WriteLine(new GoneClass());
    }

    static void Try(string name, Action action)
    {
        try {
            action();
            Console.WriteLine("{0}: nothing", name);
        } catch (Exception e) {
            Console.WriteLine("{0}: {1}", name, e.GetType().Name);
        }
    }

    static void Main()
    {
        Shrunk.Stays();
        Try("library", Absent);
        Try("method", Method);
        Try("field", Field);
        Try("type", Type);
        Try("internal call", () => NoSuchInternalCall(1));
    }
}
