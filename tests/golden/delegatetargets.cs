using System;
using System.Reflection;

// What delegates are closed over: null for virtual methods as for others, no code at all, methods
// of open generic types. mono ends with SIGSEGV for generic ones over null.
class Base
{
    public virtual string Virtual() { return (object)this == null ? "null" : "Base"; }
    public virtual string Add(string s) { return ((object)this == null ? "null" : "Base") + s; }
    public virtual string Generic<T>() { return ((object)this == null ? "null " : "Base ") + typeof(T).Name; }
    public string Plain() { return (object)this == null ? "null" : "plain"; }
    public string PlainGeneric<T>() { return ((object)this == null ? "null " : "plain ") + typeof(T).Name; }
    public static string Static(object o) { return o == null ? "static null" : "static " + o; }
    public static string StaticAdd(string a, string b) { return (a ?? "null") + b; }
    public static void Nothing<T>() { Console.Write("nothing "); }
}

class Derived : Base
{
    public override string Virtual() { return (object)this == null ? "null!" : "Derived"; }
    public override string Generic<T>() { return "Derived " + typeof(T).Name; }
}

interface IName { string Name(); }
struct Value : IName
{
    public int N;
    public string Name() { return "Value " + N; }
    public override string ToString() { return "ToString " + N; }
}
class Open<T>
{
    public static string Static() { return "Open " + typeof(T).Name; }
    public string Instance() { return ((object)this == null ? "null " : "Open ") ; }
    public static string Of<U>() { return typeof(T).Name + typeof(U).Name; }
}
delegate T Maker<T>();

static class Program
{
    static void Try(string what, Func<object> f)
    {
        object o;
        try {
            o = f();
        } catch (TargetInvocationException e) {
            o = "threw " + e.InnerException.GetType().Name;
        } catch (Exception e) {
            o = e.GetType().Name;
        }
        Console.WriteLine(what + ": " + (o ?? "null"));
    }

    static T Make<T>(object target, MethodInfo method) where T : class
    {
        return (T)(object)Delegate.CreateDelegate(typeof(T), target, method);
    }

    static MethodInfo Get(Type type, string name) { return type.GetMethod(name); }

    static void Main()
    {
        var b = typeof(Base);
        Try("virtual over null", () => Make<Func<string>>(null, Get(b, "Virtual"))());
        Try("virtual of a derived class", () => Make<Func<string>>(null, Get(typeof(Derived), "Virtual"))());
        Try("with an argument", () => Make<Func<string, string>>(null, Get(b, "Add"))("x"));
        Try("plain over null", () => Make<Func<string>>(null, Get(b, "Plain"))());
        Try("over an object", () => Make<Func<string>>(new Derived(), Get(b, "Virtual"))());
        Try("open", () => Make<Func<Base, string>>(null, Get(b, "Virtual"))(new Derived()));
        Try("open of null", () => Make<Func<Base, string>>(null, Get(b, "Virtual"))(null));
        Try("open plain of null", () => Make<Func<Base, string>>(null, Get(b, "Plain"))(null));
        Try("generic over an object", () => Make<Func<string>>(new Derived(), Get(b, "Generic").MakeGenericMethod(typeof(int)))());
        Try("generic over null", () => Make<Func<string>>(null, Get(b, "Generic").MakeGenericMethod(typeof(int)))());
        Try("shared over null", () => Make<Func<string>>(null, Get(b, "Generic").MakeGenericMethod(typeof(string)))());
        Try("plain generic over null", () => Make<Func<string>>(null, Get(b, "PlainGeneric").MakeGenericMethod(typeof(string)))());
        Try("static over null", () => Make<Func<string>>(null, Get(b, "Static"))());
        Try("static open", () => Make<Func<object, string>>(null, Get(b, "Static"))(5));
        Try("static over text", () => Make<Func<string, string>>("a", Get(b, "StaticAdd"))("b"));
        Try("static add over null", () => Make<Func<string, string>>(null, Get(b, "StaticAdd"))("b"));
        Try("value over a box", () => Make<Func<string>>(new Value { N = 3 }, Get(typeof(Value), "Name"))());
        Try("interface over a box", () => Make<Func<string>>(new Value { N = 3 }, Get(typeof(IName), "Name"))());
        Try("interface open", () => Make<Func<IName, string>>(null, Get(typeof(IName), "Name"))(new Value { N = 4 }));
        Try("object's ToString open", () => Make<Func<object, string>>(null, Get(typeof(object), "ToString"))(new Value { N = 5 }));
        Try("object's ToString over null", () => Make<Func<string>>(null, Get(typeof(object), "GetType"))());
        Try("method null", () => Make<Func<string>>("x", null));
        Try("wrong target", () => Make<Func<string>>("x", Get(b, "Virtual")));
        Try("open generic type", () => Make<Func<string>>(null, Get(typeof(Open<>), "Static"))());
        Try("open generic type, instance", () => Make<Func<string>>(null, Get(typeof(Open<>), "Instance"))());
        Try("open generic method", () => Make<Func<string>>(null, Get(typeof(Open<int>), "Of"))());
        Try("open generic method of a class", () => Make<Action>(null, Get(b, "Nothing")));
        Try("closed generic type", () => Make<Func<string>>(null, Get(typeof(Open<string>), "Static"))());
        Try("closed generic type over null", () => Make<Func<string>>(null, Get(typeof(Open<string>), "Instance"))());
        Try("open delegate type", () => Delegate.CreateDelegate(typeof(Func<>), null, Get(typeof(Open<string>), "Static")));
        Try("no delegate type", () => Delegate.CreateDelegate(typeof(string), null, Get(typeof(Open<string>), "Static")));
        var make = typeof(Func<string>).GetConstructor(new[] { typeof(object), typeof(IntPtr) });
        Try("no code", () => make.Invoke(new object[] { "x", IntPtr.Zero }));
        Try("no code and no target", () => make.Invoke(new object[] { null, IntPtr.Zero }));
        Try("activator", () => Activator.CreateInstance(typeof(Func<string>), new object[] { "x", IntPtr.Zero }));
        Try("code", () => ((Func<string>)make.Invoke(new object[] { new Derived(), Get(typeof(Derived), "Virtual").MethodHandle.GetFunctionPointer() }))());
        Try("instance code without target", () => ((Func<string>)make.Invoke(new object[] { null, Get(typeof(Derived), "Virtual").MethodHandle.GetFunctionPointer() }))());
        Base nothing = null;
        Try("method group of null", () => new Func<string>(nothing.Virtual));
        Try("plain method group of null", () => new Func<string>(nothing.Plain));
        Try("generic method group of null", () => new Func<string>(nothing.Generic<int>));
        IName name = null;
        Try("interface method group of null", () => new Func<string>(name.Name));
        var d = Make<Func<string>>(null, Get(b, "Virtual"));
        Try("target", () => d.Target);
        Try("method", () => d.Method.DeclaringType + "." + d.Method.Name);
        Try("equal", () => d.Equals(Make<Func<string>>(null, Get(b, "Virtual"))) + " " + d.Equals(Make<Func<string>>(new Base(), Get(b, "Virtual"))));
        Try("combined", () => ((Func<string>)Delegate.Combine(d, Make<Func<string>>(new Derived(), Get(b, "Virtual"))))());
    }
}
