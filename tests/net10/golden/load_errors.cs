// Assemblies and types that are not there, and objects that can't be: what is said of
// them. Where the dependencies of a component lie.
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;

ref struct Byref { public int X; }
ref struct ByrefGeneric<T> { public T X; }
abstract class Abstract { }
static class Static { public static int X = 1; }
class NoDefault { public NoDefault(int x) { } }
class Private { Private() { } public static int Made; }
class Throws { public Throws() => throw new InvalidTimeZoneException("thrown"); }
struct WithConstructor { public int X; public WithConstructor() => X = 3; }
interface IFace { }
class Generic<T> { }

static class Program
{
    static void Try(string what, Func<object> run)
    {
        string result;
        try { result = run()?.ToString() ?? "null"; }
        catch (Exception e)
        {
            result = e.GetType() + ": " + e.Message.Replace(AppContext.BaseDirectory, "BASE/").Replace(Environment.CurrentDirectory, "HERE");
            if (e is FileNotFoundException f) result += " [" + f.FileName?.Replace(AppContext.BaseDirectory, "BASE/").Replace(Environment.CurrentDirectory, "HERE") + "]";
            if (e is BadImageFormatException b) result += " [" + b.FileName?.Replace(AppContext.BaseDirectory, "BASE/").Replace(Environment.CurrentDirectory, "HERE") + "]";
            if (e.InnerException is not null and not TypeLoadException) result += " < " + e.InnerException.GetType() + ": " + e.InnerException.Message;
        }
        Console.WriteLine(what + ": " + result);
    }

    static void Main()
    {
        string own = Directory.CreateTempSubdirectory("load_errors").FullName;
        Environment.CurrentDirectory = own;
        Names();
        Instances();
        Dependencies();
        Environment.CurrentDirectory = "/";
        Directory.Delete(own, true);
    }

    static void Names()
    {
        string text = Path.Combine(Environment.CurrentDirectory, "load_errors_text.dll");
        File.WriteAllText(text, "this is no assembly");
        string empty = Path.Combine(Environment.CurrentDirectory, "load_errors_empty.dll");
        File.WriteAllText(empty, "");
        foreach (string path in new[] { "/no/such/file.dll", "no_such_file.dll", text, empty, "/tmp", "", null, typeof(Enumerable).Assembly.Location })
        {
            Try("GetAssemblyName " + Path.GetFileName(path), () => AssemblyName.GetAssemblyName(path).Name);
            Try("LoadFile " + Path.GetFileName(path), () => path == typeof(Enumerable).Assembly.Location ? "-" : Assembly.LoadFile(path));
            Try("LoadFrom " + Path.GetFileName(path), () => Assembly.LoadFrom(path).GetName().Name);
            Try("LoadFromAssemblyPath " + Path.GetFileName(path), () => AssemblyLoadContext.Default.LoadFromAssemblyPath(path).GetName().Name);
        }
        File.Delete(text);
        File.Delete(empty);
        Try("bytes", () => Assembly.Load(new byte[] { 1, 2, 3 }));
        Try("no bytes", () => Assembly.Load(new byte[0]));
        Try("Load", () => Assembly.Load("No.Such, Version=1.2.3.4"));
        Try("Load of a bad name", () => Assembly.Load("a, b=c, ="));
        Try("Load of nothing", () => Assembly.Load(""));
        Try("GetType", () => Type.GetType("No.Such.Type, No.Such.Assembly", true));
        Try("GetType here", () => Type.GetType("No.Such.Type", true));
        Try("GetType of a bad name", () => Type.GetType("A[[B", true));
        Try("GetType of an assembly", () => typeof(object).Assembly.GetType("No.Such.Type", true));
        Try("native library", () => System.Runtime.InteropServices.NativeLibrary.TryLoad("no_such_library", out _));
    }

    static void Instances()
    {
        foreach (Type type in new[] { typeof(Byref), typeof(ByrefGeneric<int>), typeof(Span<int>), typeof(Span<>), typeof(Abstract), typeof(Static),
            typeof(NoDefault), typeof(Private), typeof(Throws), typeof(WithConstructor), typeof(IFace), typeof(Generic<>), typeof(int), typeof(int?),
            typeof(string), typeof(int[]), typeof(int*), typeof(void), typeof(TypedReference), typeof(ArgIterator), typeof(Action), typeof(Array), typeof(Enum),
            typeof(DayOfWeek), typeof(object), typeof(int).MakeByRefType(), typeof(Generic<>).GetGenericArguments()[0] })
        {
            Try("CreateInstance " + type, () => Activator.CreateInstance(type));
            Try("CreateInstance nonPublic " + type, () => Activator.CreateInstance(type, true));
            Try("CreateInstance with arguments " + type, () => Activator.CreateInstance(type, 1, "x"));
            Try("GetUninitializedObject " + type, () => RuntimeHelpers.GetUninitializedObject(type));
            Try("Array.CreateInstance " + type, () => Array.CreateInstance(type, 1));
            Try("MakeGenericType " + type, () => typeof(List<>).MakeGenericType(type));
            Try("MakeArrayType " + type, () => type.MakeArrayType());
            Try("RunClassConstructor " + type, () => { RuntimeHelpers.RunClassConstructor(type.TypeHandle); return "run"; });
        }
        Try("CreateInstance<T>", () => Activator.CreateInstance<NoDefault>());
        Try("CreateInstance<T> of an interface", () => Activator.CreateInstance<IFace>());
        Try("CreateInstance<T> that throws", () => Activator.CreateInstance<Throws>());
        Try("CreateInstance<T> with a constructor", () => Activator.CreateInstance<WithConstructor>().X);
        Try("CreateInstance of null", () => Activator.CreateInstance((Type)null));
        Try("CreateInstance by name", () => Activator.CreateInstance("System.Private.CoreLib", "System.Version").Unwrap());
        Try("CreateInstance by a bad name", () => Activator.CreateInstance("System.Private.CoreLib", "System.NoSuch"));
    }

    static void Dependencies()
    {
        Try("resolver of nothing", () => new AssemblyDependencyResolver("/no/such/component.dll"));
        Try("resolver of null", () => new AssemblyDependencyResolver(null));
        Try("resolver", () =>
        {
            var resolver = new AssemblyDependencyResolver(typeof(Program).Assembly.Location);
            string own = resolver.ResolveAssemblyToPath(typeof(Program).Assembly.GetName());
            return (own == typeof(Program).Assembly.Location) + " " + (resolver.ResolveAssemblyToPath(new AssemblyName("No.Such")) ?? "none") + " " +
                (resolver.ResolveAssemblyToPath(typeof(object).Assembly.GetName()) ?? "none") + " " +
                (resolver.ResolveUnmanagedDllToPath("nosuch") ?? "none");
        });
    }
}
