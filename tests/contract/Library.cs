// Built twice: without NEXT what the program was compiled against, with it what the program
// finds when it runs. What is public keeps its name and signature.
using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
#if NEXT
using Attr = System.ThreadStaticAttribute;
#else
public class Attr : Attribute { }
#endif

public class Plain
{
#if NEXT
    public virtual string Name() { return "virtual"; }
    public virtual string Both<T>(T x, long a, double b) { return "virtual " + typeof(T).Name; }
    public virtual Big Large(Big b, string s) { b.c++; return b; }
    public static Plain Make() { return new Derived(); }
#else
    [MethodImpl(MethodImplOptions.NoInlining)] public string Name() { return "plain"; }
    [MethodImpl(MethodImplOptions.NoInlining)] public string Both<T>(T x, long a, double b) { return "plain " + typeof(T).Name; }
    [MethodImpl(MethodImplOptions.NoInlining)] public Big Large(Big b, string s) { return b; }
    public static Plain Make() { return new Plain(); }
#endif
}
public struct Big { public long a, b, c; }
#if NEXT
public class Derived : Plain
{
    public override string Name() { return "derived"; }
    public override string Both<T>(T x, long a, double b) { return "derived " + typeof(T).Name + x + a + b; }
    public override Big Large(Big b, string s) { b.a += s.Length; return b; }
}
#endif

public class Middle : Root
{
#if NEXT
    public override string Final() { return "open"; }
#else
    public sealed override string Final() { return "final"; }
#endif
    public static Middle Make()
    {
#if NEXT
        return new Lower();
#else
        return new Middle();
#endif
    }
}
public class Root { public virtual string Final() { return "root"; } }
#if NEXT
public class Lower : Middle { public override string Final() { return "lower"; } }
#endif

public class Box<T>
{
    public T value;
#if NEXT
    public virtual string Show() { return "virtual " + typeof(T).Name; }
    public virtual string Show<U>(U u) { return "virtual " + typeof(T).Name + typeof(U).Name; }
    public static Box<T> Make() { return new Crate<T>(); }
#else
    [MethodImpl(MethodImplOptions.NoInlining)] public string Show() { return "plain " + typeof(T).Name; }
    [MethodImpl(MethodImplOptions.NoInlining)] public string Show<U>(U u) { return "plain " + typeof(T).Name + typeof(U).Name; }
    public static Box<T> Make() { return new Box<T>(); }
#endif
}
#if NEXT
public class Crate<T> : Box<T>
{
    public override string Show() { return "crate " + typeof(T).Name; }
    public override string Show<U>(U u) { return "crate " + typeof(T).Name + typeof(U).Name; }
}
#endif

// Small enough to be inlined.
public class Tiny
{
#if NEXT
    public virtual int Number() { return 1; }
    public static Tiny Make() { return new Tinier(); }
#else
    public int Number() { return 1; }
    public static Tiny Make() { return new Tiny(); }
#endif
}
#if NEXT
public class Tinier : Tiny { public override int Number() { return 2; } }
#endif

public interface INamed { string Named(); }

public struct Gains : INamed
{
    public int x;
    public string Named() { return "named"; }
#if NEXT
    public override string ToString() { return "own"; }
    public override int GetHashCode() { return 17; }
    public override bool Equals(object o) { return true; }
#endif
}

public struct Loses
{
    public int x;
#if !NEXT
    public override string ToString() { return "own"; }
#endif
}

public struct Pair<T>
{
    public int x;
#if NEXT
    public override string ToString() { return "pair " + typeof(T).Name; }
#endif
}

#if NEXT
public enum Small : byte { A = 1, B = 2 }
#else
public enum Small { A = 1, B = 2 }
#endif

public struct Sized
{
    public int a;
#if NEXT
    public long b;
#endif
}

public class Fields
{
    [Attr]
    public static int perThread = 5;
    public static int number = 7;
    public Small small;
    public byte after = 9;
    [MethodImpl(MethodImplOptions.NoInlining)] public static string Describe(Small s) { return "small " + (int)s; }
    public static Small Get() { return Small.B; }
}

public static class Quiet
{
#if NEXT
    static Quiet() { Console.WriteLine("static constructor"); }
#endif
    public static int Value() { return 3; }
    public static int field = 4;
}

#if NEXT
public struct Turns
#else
public class Turns
#endif
{
    public int a, b;
    [MethodImpl(MethodImplOptions.NoInlining)] public Turns(int x) { a = x; b = 2; }
    [MethodImpl(MethodImplOptions.NoInlining)] public int Get() { return a; }
}

#if NEXT
public class Base0 { public string Moved() { return "moved"; } public int shifted = 2; }
#else
public class Base0 { }
#endif
public class Moves : Base0
{
#if !NEXT
    [MethodImpl(MethodImplOptions.NoInlining)] public string Moved() { return "here"; }
    public int shifted = 1;
#endif
    public int own = 3;
}

public class Sub : Parent { }
#if NEXT
public class Parent : IDisposable { public void Dispose() { Console.WriteLine("disposed"); } }
#else
public class Parent { }
#endif
