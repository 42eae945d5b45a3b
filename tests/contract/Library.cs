// Built twice: without NEXT what the program was compiled against, with it what the program
// finds when it runs. What is public keeps its name and signature.
using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;

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
