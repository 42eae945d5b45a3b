// The library of Optional.cs is missing: who has a field of one of its classes does not need it.
class HasField { public Base b; public int ok = 1; }
class HasStatic { public static Base b; public int ok = 2; }
class HasFunction { public Func<Base> f; public int ok = 3; }
class HasList { public List<Value> f; public int ok = 4; }
class HasArray { public Base[] f; public int ok = 5; }
class HasEvent { public event Handler E { add { } remove { } } public int ok = 6; }
class HasMethods { public void M(Base b) { } public Value N() => default; public int ok = 7; }
class HasValue { public Value v; public int ok = 8; }
class HasPair { public (int, Base) pair; public int ok = 9; }
class Generic<T> { public List<Base> list; public T t; public static Base[] s; }

static class Program
{
    static object Lambda() { Func<Base> f = () => null; return f() == null; }
    static object Load(HasField a) => a.b;
    static void Store(HasField a) => a.b = null;
    static object LoadStatic() => HasStatic.b;
    static object LoadList() => new Generic<int>().list;
    static object LoadGeneric() => Generic<string>.s;
    static object Works() { var a = new HasField(); var g = new Generic<int> { t = 5 }; return a.ok + g.t; }

    static void Try(string what, Func<object> f)
    {
        try { Console.WriteLine($"{what}: {f()}"); }
        catch (Exception e) { Console.WriteLine($"{what}: {e.GetType().Name}"); }
    }

    static object Make(string name)
    {
        Type type = typeof(Program).Assembly.GetType(name);
        return type == null ? "none" : type.GetField("ok").GetValue(Activator.CreateInstance(type));
    }

    static void Main()
    {
        foreach (string name in new[] { "HasField", "HasStatic", "HasFunction", "HasList", "HasArray", "HasEvent",
                                        "HasMethods", "HasValue", "HasPair" })
            Try(name, () => Make(name));
        Try("works", Works);
        Try("load", () => Load(new HasField()));
        Try("store", () => { Store(new HasField()); return 1; });
        Try("static", LoadStatic);
        Try("list", LoadList);
        Try("generic", LoadGeneric);
        Try("lambda", Lambda);
        Try("fields", () => typeof(HasField).GetFields().Length);
        Try("its type", () => typeof(HasField).GetField("b").FieldType);
        Try("its value", () => typeof(HasField).GetField("b").GetValue(new HasField()));
        Try("its text", () => typeof(HasField).GetField("b").ToString());
        Try("another", () => typeof(Generic<int>).GetField("t").FieldType);
    }
}
