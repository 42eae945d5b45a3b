// Objects that say themselves which interfaces they have: IDynamicInterfaceCastable, in
// casts, calls, delegates, generic code and reflection.
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

interface IName
{
    string Name { get; }
    string Shout() => Name.ToUpperInvariant() + "!";
}

interface ILength { int Length(int extra); }
interface IBox<T> { T Open(); void Put(T value); string Kind() => typeof(T).Name; }
interface INever { void Never(); }
interface IStatic { string Fixed(); }
interface IHole { void Hole(); int Filled(); }
interface IThrows { void Go(); }
interface IDiamond { string Which(); }
interface INotAnImplementation { int X(); }
interface IWrong { int X(); }
interface IEarly { string Early(); }
interface ILate : IEarly { string Late(); }

[DynamicInterfaceCastableImplementation]
interface NameImpl : IName
{
    string IName.Name => "name of " + ((Shifter)this).Label;
}

[DynamicInterfaceCastableImplementation]
interface LengthImpl : ILength
{
    int ILength.Length(int extra) => ((Shifter)this).Label.Length + extra;
}

[DynamicInterfaceCastableImplementation]
interface BoxImpl<T> : IBox<T>
{
    T IBox<T>.Open() => (T)((Shifter)this).Content;
    void IBox<T>.Put(T value) => ((Shifter)this).Content = value;
}

[DynamicInterfaceCastableImplementation]
interface HoleImpl : IHole
{
    int IHole.Filled() => 7;
}

[DynamicInterfaceCastableImplementation]
interface DiamondBase : IDiamond { string IDiamond.Which() => "base"; }
[DynamicInterfaceCastableImplementation]
interface DiamondLeft : DiamondBase { string IDiamond.Which() => "left"; }
[DynamicInterfaceCastableImplementation]
interface DiamondRight : DiamondBase { string IDiamond.Which() => "right"; }
[DynamicInterfaceCastableImplementation]
interface DiamondBoth : DiamondLeft, DiamondRight { }

interface Unmarked : INotAnImplementation { int INotAnImplementation.X() => 1; }
class ClassImpl : IWrong { public int X() => 2; }

[DynamicInterfaceCastableImplementation]
interface LateImpl : ILate
{
    string IEarly.Early() => "early";
    string ILate.Late() => "late";
}

class Shifter : IDynamicInterfaceCastable, IStatic
{
    public string Label;
    public object Content;
    public static List<string> Asked = new();
    public Type Diamond = typeof(DiamondLeft);
    public string Fixed() => "fixed";

    public bool IsInterfaceImplemented(RuntimeTypeHandle handle, bool must)
    {
        Type type = Type.GetTypeFromHandle(handle);
        Asked.Add(type.Name + (must ? "!" : "?"));
        if (type == typeof(IThrows))
            throw new InvalidOperationException("asked for IThrows");
        if (type == typeof(INever) && must && Label == "strict")
            throw new NotSupportedException("never");
        return type != typeof(INever) && type != typeof(IDisposable);
    }

    public RuntimeTypeHandle GetInterfaceImplementation(RuntimeTypeHandle handle)
    {
        Type type = Type.GetTypeFromHandle(handle);
        Asked.Add(type.Name + "=");
        if (type == typeof(IName)) return typeof(NameImpl).TypeHandle;
        if (type == typeof(ILength)) return typeof(LengthImpl).TypeHandle;
        if (type == typeof(IHole)) return typeof(HoleImpl).TypeHandle;
        if (type == typeof(IDiamond)) return Diamond.TypeHandle;
        if (type == typeof(INotAnImplementation)) return typeof(Unmarked).TypeHandle;
        if (type == typeof(IWrong)) return typeof(ClassImpl).TypeHandle;
        if (type == typeof(ILate) || type == typeof(IEarly)) return typeof(LateImpl).TypeHandle;
        if (type.IsGenericType)
            return typeof(BoxImpl<>).MakeGenericType(type.GetGenericArguments()).TypeHandle;
        return default;
    }
}

static class Program
{
    static void Main()
    {
        var one = new Shifter { Label = "one" };
        var three = new Shifter { Label = "three" };
        Try("casts", () => (one is IName) + " " + (one is INever) + " " + (one as INever == null) + " " + (one is IStatic) + " " + (one is IDisposable));
        Try("call", () => ((IName)(object)one).Name + " " + ((IName)(object)three).Name);
        Try("default", () => ((IName)(object)one).Shout());
        Try("two objects, one site", () => string.Join(" ", new object[] { one, three, one, new Named() }.Select(o => Site((IName)o))));
        Try("static one", () => ((IStatic)one).Fixed());
        Try("argument", () => ((ILength)(object)three).Length(100).ToString());
        Try("generic", () => { one.Content = "text"; return ((IBox<string>)(object)one).Open() + " " + ((IBox<string>)(object)one).Kind(); });
        Try("generic of values", () => { var box = (IBox<int>)(object)one; box.Put(42); return box.Open() + " " + box.Kind(); });
        Try("shared code", () => { one.Content = "shared"; return Open<string>(one) + Open<object>(one); });
        Try("delegate", () => { Func<int, int> f = ((ILength)(object)one).Length; return f(5) + " " + f.Method.DeclaringType.Name; });
        Try("constraint", () => Constrained((ILength)(object)three).ToString());
        Try("must", () => ((INever)(object)one).ToString());
        Try("strict", () => ((INever)(object)new Shifter { Label = "strict" }).ToString());
        Try("throws as", () => (one as IThrows == null).ToString());
        Try("throws cast", () => { ((IThrows)(object)one).Go(); return "no"; });
        Try("hole", () => ((IHole)(object)one).Filled().ToString());
        Try("hole itself", () => { ((IHole)(object)one).Hole(); return "no"; });
        Try("most specific", () => ((IDiamond)(object)one).Which());
        one.Diamond = typeof(DiamondBoth);
        Try("ambiguous", () => ((IDiamond)(object)one).Which());
        one.Diamond = typeof(DiamondRight);
        Try("changed", () => ((IDiamond)(object)one).Which());
        one.Diamond = typeof(NameImpl);
        Try("other interface", () => ((IDiamond)(object)one).Which());
        Try("unmarked", () => ((INotAnImplementation)(object)one).X().ToString());
        Try("a class", () => ((IWrong)(object)one).X().ToString());
        Try("none", () => ((IEquatable<int>)(object)new NoImpl()).Equals(3).ToString());
        Try("derived", () => ((ILate)(object)one).Late() + " " + ((IEarly)(object)one).Early() + " " + ((ILate)(object)one).Early());
        Try("reflection", () => typeof(IName).IsInstanceOfType(one) + " " + typeof(IName).IsAssignableFrom(one.GetType()) + " " + one.GetType().GetInterfaces().Length);
        Try("invoke", () => typeof(ILength).GetMethod("Length").Invoke(one, new object[] { 1 }).ToString());
        Try("array", () => { var a = new IName[1]; a[0] = (IName)(object)one; return a[0].Name; });
        Try("array of objects", () => { object[] a = new IName[1]; a[0] = one; return "stored"; });
        Try("loop", () => { int sum = 0; for (int i = 0; i < 1000; i++) sum += ((ILength)(object)(i % 2 == 0 ? one : three)).Length(0); return sum.ToString(); });
        Try("pattern", () => Pattern(one) + " " + Pattern(new Named()) + " " + Pattern("x"));
        var asked = Shifter.Asked.Distinct().ToArray();
        Console.WriteLine(string.Join(" ", asked.OrderBy(s => s, StringComparer.Ordinal)));
    }

    class Named : IName { public string Name => "named"; }

    class NoImpl : IDynamicInterfaceCastable
    {
        public bool IsInterfaceImplemented(RuntimeTypeHandle handle, bool must) => true;
        public RuntimeTypeHandle GetInterfaceImplementation(RuntimeTypeHandle handle) => default;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static string Site(IName name) => name.Name;

    [MethodImpl(MethodImplOptions.NoInlining)]
    static T Open<T>(object box) => ((IBox<T>)box).Open();

    [MethodImpl(MethodImplOptions.NoInlining)]
    static int Constrained<T>(T it) where T : ILength => it.Length(1);

    static string Pattern(object o) => o switch { INever => "never", IName n => n.Name, _ => "other" };

    static void Try(string what, Func<string> run)
    {
        string result;
        try { result = run(); }
        catch (Exception e) { result = e.GetType() + ": " + e.Message; }
        Console.WriteLine(what + ": " + result);
    }
}
