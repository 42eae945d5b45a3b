// What reflection refuses, wraps or boxes: fields of another type's values, initializers that throw,
// function pointers, delegates that do not fit, arrays that are too long, reference assemblies.
using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Loader;

Fields.Run();
Delegates.Run();
Others.Run();
Names.Run();

static class Show
{
    static string Of(Exception e) => e == null ? "" : $"{e.GetType().Name}: {e.Message} {Of(e.InnerException)}";

    public static void Try(string what, Func<object> action)
    {
        try
        {
            object value = action();
            Console.WriteLine($"{what}: {value?.GetType()} {value}");
        }
        catch (Exception e)
        {
            Console.WriteLine($"{what}: {Of(e)}");
        }
    }
}

struct Pair { public int First, Second; }
class Fails { static Fails() => throw new InvalidOperationException("initializer"); public static int Number; public const int Constant = 5; }
class Lazy { public static int Number = int.Parse("x"); public static readonly int Fixed = 1; }
unsafe class Pointers { public delegate*<int> Managed; public static delegate* unmanaged[Cdecl]<void> Native; public int* Plain; }

static class Fields
{
    public static void Run()
    {
        FieldInfo second = typeof(Pair).GetField("Second"), first = typeof(Pair).GetField("First");
        Show.Try("set in a number", () => { int n = 5; second.SetValueDirect(__makeref(n), 44); return n; });
        Show.Try("get in a number", () => { int n = 5; return first.GetValueDirect(__makeref(n)); });
        Show.Try("set in a string", () => { string s = "text"; second.SetValueDirect(__makeref(s), 44); return s; });
        Show.Try("set", () => { Pair p = default; second.SetValueDirect(__makeref(p), 44); return p.Second; });
        Show.Try("of a class", () => {
            var o = new Pointers();
            return typeof(Pointers).GetField("Managed").GetValueDirect(__makeref(o));
        });
        foreach (string name in new[] { "Number", "Constant" })
            Show.Try("get " + name, () => typeof(Fails).GetField(name).GetValue(null));
        Show.Try("set", () => { typeof(Fails).GetField("Number").SetValue(null, 1); return 0; });
        Show.Try("again", () => typeof(Fails).GetField("Number").GetValue(null));
        Show.Try("lazy", () => typeof(Lazy).GetField("Number").GetValue(null));
        Show.Try("read only", () => { typeof(Lazy).GetField("Fixed").SetValue(null, 2); return 0; });
        Show.Try("method", () => typeof(Fails).GetConstructor(Type.EmptyTypes).Invoke(null));
        foreach (FieldInfo field in typeof(Pointers).GetFields())
            Show.Try(field.Name, () => field.GetValue(new Pointers()));
    }
}

class Base { public virtual int Virtual() => 7; public int Plain() => 8; public static int Length(string s) => s.Length; public static int Two(string s, Base b) => 1; }
delegate int OfBase(Base b);
delegate int OfNothing();
delegate int OfTwo(string s, Base b);

static class Delegates
{
    public static void Run()
    {
        var target = new Base();
        foreach (string name in new[] { "Virtual", "Plain", "Length", "Two" })
            foreach (Type type in new[] { typeof(OfBase), typeof(OfNothing), typeof(OfTwo), typeof(Func<string, int>) })
                foreach (object first in new object[] { null, target, "text", 5 })
                {
                    MethodInfo method = typeof(Base).GetMethod(name);
                    Show.Try($"{type.Name} {name} {first}", () => method.CreateDelegate(type, first));
                    Show.Try("quietly", () => Delegate.CreateDelegate(type, first, method, false));
                }
    }
}

interface ICount { static abstract int Count(); static virtual int Other() => 1; }
class Counts : ICount { public static int Count() => 3; }
struct Wide { public int Number; public Int128 Value; }
struct Wider { public int Number; public nint Native; public UInt128 Value; public Half Half; }

static unsafe class Others
{
    static void NewArrays()
    {
        foreach (long n in new[] { -1, int.MinValue, int.MaxValue, 0x7fffffc8, 1L << 31, 1L << 32, long.MaxValue })
        {
            Show.Try($"bytes {n:x}", () => new byte[n]);
            Show.Try($"objects {n:x}", () => new object[n]);
        }
    }

    static byte[] Made(string name)
    {
        var assembly = new PersistedAssemblyBuilder(new AssemblyName(name), typeof(object).Assembly);
        assembly.DefineDynamicModule(name).DefineType("T", TypeAttributes.Public).CreateType();
        assembly.SetCustomAttribute(new CustomAttributeBuilder(
            typeof(ReferenceAssemblyAttribute).GetConstructor(Type.EmptyTypes), []));
        var stream = new MemoryStream();
        assembly.Save(stream);
        return stream.ToArray();
    }

    static string Kind(Action action)
    {
        try
        {
            action();
            return "none";
        }
        catch (Exception e)
        {
            return $"{e.GetType().Name} {e.HResult:x} {e.InnerException?.Message}";
        }
    }

    public static void Run()
    {
        InterfaceMapping map = typeof(Counts).GetInterfaceMap(typeof(ICount));
        for (int i = 0; i < map.InterfaceMethods.Length; i++)
            Console.WriteLine($"{map.InterfaceMethods[i]}: {map.TargetMethods[i]?.DeclaringType}");
        Console.WriteLine($"{Marshal.SizeOf<Wide>()} {Marshal.OffsetOf<Wide>("Value")} {Marshal.SizeOf<Wider>()} {sizeof(Wider)}");
        Console.WriteLine(typeof(delegate* unmanaged[Cdecl]<void>).IsUnmanagedFunctionPointer);
        Console.WriteLine(typeof(delegate* unmanaged<void>).IsUnmanagedFunctionPointer);
        Console.WriteLine(typeof(delegate*<void>).IsUnmanagedFunctionPointer);
        NewArrays();
        byte[] made = Made("Reference");
        Console.WriteLine(Kind(() => Assembly.Load(made)));
        Console.WriteLine(Kind(() => new AssemblyLoadContext("one").LoadFromStream(new MemoryStream(made))));
        string path = Path.Combine(Path.GetTempPath(), $"reference-{Environment.ProcessId}.dll");
        File.WriteAllBytes(path, made);
        Console.WriteLine(Kind(() => Assembly.LoadFile(path)));
        File.WriteAllBytes(path, Made("System.Linq.Parallel"));
        Console.WriteLine(Path.GetFileName(Assembly.LoadFrom(path).Location));
        File.Delete(path);
    }
}

// The names that handlers are asked for.
static class Names
{
    static void Tell(string who, AssemblyName name) => Console.WriteLine(
        $"{who} {name}: {name.Version} [{name.CultureName}] {name.GetPublicKeyToken()?.Length} {name.Flags}");

    class Context() : AssemblyLoadContext("names")
    {
        protected override Assembly Load(AssemblyName name)
        {
            Tell("load", name);
            return null;
        }
    }

    public static void Run()
    {
        AssemblyLoadContext.Default.Resolving += (_, name) => { Tell("resolving", name); return null; };
        AppDomain.CurrentDomain.AssemblyResolve += (_, e) => { Console.WriteLine($"resolve {e.Name}"); return null; };
        foreach (string name in new[] { "None", "None, Version=1.2.0.0", "None, Culture=neutral", "None, Culture=de",
            "None, PublicKeyToken=null", "None, PublicKeyToken=b03f5f7f11d50a3a",
            "None, Version=1.0.0.0, Culture=neutral, PublicKeyToken=null" })
        {
            Show.Try(name, () => Assembly.Load(name));
            Show.Try(name, () => new Context().LoadFromAssemblyName(new AssemblyName(name)));
        }
    }
}
