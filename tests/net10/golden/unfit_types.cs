// What does not fit is said: arguments of generic types and methods, elements of arrays.
using System;
using System.Reflection;
class C<T> where T : class { public class N { } public static void M<U>() where U : T { } }
class D<T, U> where U : struct, IComparable<U> where T : new() { }
class E<T> where T : unmanaged { }
class F { public static void G<T>() where T : class, IDisposable, new() { } public void H<T, U>() where U : T { } }
interface I<in T> where T : Exception { }
struct S<T> where T : Enum { }
delegate void Del<T>(T t) where T : struct;
class NoCtor { NoCtor() { } }
class R<T> where T : R<T> { }
static class P
{
    static void Try(string what, Func<object> f)
    {
        try { Console.WriteLine(what + ": " + f()); }
        catch (Exception e)
        {
            Console.WriteLine(what);
            for (; e != null; e = e.InnerException) Console.WriteLine("  " + e.GetType() + ": " + e.Message + " " + e.HResult.ToString("x") + (e is TypeLoadException t ? " [" + t.TypeName + "]" : "") + (e is ArgumentException a ? " {" + a.ParamName + "}" : ""));
        }
    }
    static void Main()
    {
        Try("class", () => typeof(C<>).MakeGenericType(typeof(int)));
        Try("nested", () => typeof(C<>.N).MakeGenericType(typeof(int)));
        Try("new", () => typeof(D<,>).MakeGenericType(typeof(NoCtor), typeof(int)));
        Try("struct", () => typeof(D<,>).MakeGenericType(typeof(object), typeof(string)));
        Try("nullable", () => typeof(D<,>).MakeGenericType(typeof(object), typeof(int?)));
        Try("unmanaged", () => typeof(E<>).MakeGenericType(typeof(System.Collections.Generic.KeyValuePair<string, int>)));
        Try("method", () => typeof(F).GetMethod("G").MakeGenericMethod(typeof(int)));
        Try("method 2", () => typeof(F).GetMethod("G").MakeGenericMethod(typeof(string)));
        Try("method var", () => typeof(F).GetMethod("H").MakeGenericMethod(typeof(string), typeof(int)));
        Try("method of class", () => typeof(C<string>).GetMethod("M").MakeGenericMethod(typeof(object)));
        Try("variant", () => typeof(I<>).MakeGenericType(typeof(object)));
        Try("enum", () => typeof(S<>).MakeGenericType(typeof(int)));
        Try("enum 2", () => typeof(S<>).MakeGenericType(typeof(Enum)));
        Try("delegate", () => typeof(Del<>).MakeGenericType(typeof(string)));
        Try("recursive", () => typeof(R<>).MakeGenericType(typeof(string)));
        Try("pointer", () => typeof(C<>).MakeGenericType(typeof(int*)));
        Try("byref", () => typeof(C<>).MakeGenericType(typeof(int).MakeByRefType()));
        Try("void", () => typeof(C<>).MakeGenericType(typeof(void)));
        Try("span", () => typeof(C<>).MakeGenericType(typeof(Span<int>)));
        Try("too few", () => typeof(D<,>).MakeGenericType(typeof(int)));
        Try("null", () => typeof(D<,>).MakeGenericType(typeof(int), null));
        Try("nulls", () => typeof(D<,>).MakeGenericType(null));
        Try("not generic", () => typeof(int).MakeGenericType(typeof(int)));
        Try("closed", () => typeof(C<string>).MakeGenericType(typeof(int)));
        Try("method too few", () => typeof(F).GetMethod("H").MakeGenericMethod(typeof(string)));
        Try("method not generic", () => typeof(object).GetMethod("ToString").MakeGenericMethod(typeof(string)));
        Try("by name", () => Type.GetType("C`1[[System.Int32]]", true));
        Try("by name 2", () => Type.GetType("C`1[[System.Int32]]", false));
        Try("create", () => Activator.CreateInstance(Type.GetType("C`1[[System.Int32]]")));
        Try("module, any case", () => Type.GetType("<module>", false, true));
        Try("module of", () => typeof(P).Module.GetType("<Module>"));
        Try("assembly", () => typeof(P).Assembly.GetType("<Module>"));
        Try("array of span", () => typeof(Span<int>).MakeArrayType());
        Try("array of void", () => typeof(void).MakeArrayType());
        Try("array of byref", () => typeof(int).MakeByRefType().MakeArrayType());
        Try("byref of byref", () => typeof(int).MakeByRefType().MakeByRefType());
        Try("pointer of byref", () => typeof(int).MakeByRefType().MakePointerType());
        Try("rank 0", () => typeof(int).MakeArrayType(0));
        Try("rank 33", () => typeof(int).MakeArrayType(33));
        Try("rank 32", () => typeof(int).MakeArrayType(32));
        Try("typedref array", () => typeof(TypedReference).MakeArrayType());
    }
}
