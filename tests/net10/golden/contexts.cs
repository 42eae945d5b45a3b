// Load contexts: one file in several, from bytes, Load overrides, events of who is missing.
using System.Reflection;
using System.Runtime.Loader;

public class Shown
{
    public static int Count;
    public int Next() => ++Count;
    public override string ToString() => "shown";
}

class Own : AssemblyLoadContext
{
    public readonly List<string> Asked = new();
    public Func<AssemblyName, Assembly> Answer = _ => null;
    public Own(string name, bool collectible = false) : base(name, collectible) { }
    protected override Assembly Load(AssemblyName name)
    {
        Asked.Add(name.Name);
        return Answer(name);
    }
}

static class Program
{
    static void Try(string what, Func<object> run)
    {
        try
        {
            Console.WriteLine($"{what}: {run()}");
        }
        catch (Exception e)
        {
            string text = what.StartsWith("type only") ? "" : ": " + e.Message.Trim();
            Console.WriteLine($"{what}: {e.GetType()}{text}");
        }
    }

    static object Make(Assembly assembly) => Activator.CreateInstance(assembly.GetType("Shown", true));
    static int Next(object shown) => (int)shown.GetType().GetMethod("Next").Invoke(shown, null);

    static void Main()
    {
        Assembly self = typeof(Program).Assembly;
        AssemblyLoadContext none = AssemblyLoadContext.GetLoadContext(self);
        Console.WriteLine($"{none} {none == AssemblyLoadContext.Default} {none.IsCollectible} {none.Name}");
        Console.WriteLine(AssemblyLoadContext.GetLoadContext(typeof(object).Assembly) == none);

        List<string> loads = new();
        AppDomain.CurrentDomain.AssemblyLoad += (_, e) => loads.Add(e.LoadedAssembly.GetName().Name);

        Own one = new("one"), two = new("two", true);
        Assembly first = one.LoadFromAssemblyPath(self.Location), second = two.LoadFromAssemblyPath(self.Location);
        Console.WriteLine($"{first == self} {first == second} {first.FullName == self.FullName} {first == one.LoadFromAssemblyPath(self.Location)}");
        Console.WriteLine($"{AssemblyLoadContext.GetLoadContext(first) == one} {AssemblyLoadContext.GetLoadContext(second)?.Name} {one.Assemblies.Single() == first}");
        object a = Make(first), b = Make(second), c = Make(self);
        Console.WriteLine($"{a} {a.GetType() == b.GetType()} {a is Shown} {c is Shown} {a.GetType().Assembly == first}");
        Console.WriteLine($"{Next(a)} {Next(a)} {Next(b)} {Next(c)} {Shown.Count}");
        Try("type only: cast", () => (Shown)a);

        Assembly bytes = Assembly.Load(File.ReadAllBytes(self.Location));
        Console.WriteLine($"{bytes == self} [{bytes.Location}] {bytes.ManifestModule.FullyQualifiedName} {AssemblyLoadContext.GetLoadContext(bytes) != none} {Next(Make(bytes))}");
        Own three = new("three");
        Assembly stream = three.LoadFromStream(new MemoryStream(File.ReadAllBytes(self.Location)));
        Console.WriteLine($"{stream.GetName().Name} {AssemblyLoadContext.GetLoadContext(stream).Name} {Next(Make(stream))}");
        Assembly file = Assembly.LoadFile(self.Location);
        Console.WriteLine($"{file == self} {file == Assembly.LoadFile(self.Location)} {Next(Make(file))}");
        Console.WriteLine(string.Join(" ", loads.Where(n => n == "contexts")));

        Try("by name", () => one.LoadFromAssemblyName(new AssemblyName("contexts")) == first);
        Try("default's by name", () => one.LoadFromAssemblyName(new AssemblyName("System.Linq")) == typeof(Enumerable).Assembly);
        Try("nobody's", () => one.LoadFromAssemblyName(new AssemblyName("Nobody")));
        Console.WriteLine(one.Asked.Contains("Nobody"));
        one.Answer = name => name.Name == "Answered" ? self : null;
        Try("type only: wrong name", () => one.LoadFromAssemblyName(new AssemblyName("Answered")));
        one.Answer = name => throw new InvalidOperationException("thrown in Load");
        Try("type only: thrown in Load", () => one.LoadFromAssemblyName(new AssemblyName("Thrown")));
        one.Answer = _ => null;

        one.Resolving += (context, name) => { Console.WriteLine($"  resolving {name.Name} in {context.Name}"); return null; };
        AssemblyLoadContext.Default.Resolving += (context, name) => { Console.WriteLine($"  resolving {name.Name} in {context.Name}"); return null; };
        AppDomain.CurrentDomain.AssemblyResolve += (sender, e) =>
        {
            Console.WriteLine($"  resolve {e.Name} for {e.RequestingAssembly?.GetName().Name ?? "nobody"}");
            return e.Name.StartsWith("Made") ? self : null;
        };
        Try("nobody's, in one", () => one.LoadFromAssemblyName(new AssemblyName("Nobody2")));
        Try("nobody's", () => Assembly.Load("Nobody3, Version=1.0.0.0"));
        Try("made up", () => Assembly.Load("MadeUp") == self);
        Try("type of made up", () => Type.GetType("Shown, MadeUp2", true));

        using (one.EnterContextualReflection())
            Try("contextual", () => AssemblyLoadContext.CurrentContextualReflectionContext.Name + " " + (Assembly.Load("contexts") == first) + " " + (Type.GetType("Shown, contexts").Assembly == first));
        Try("after", () => AssemblyLoadContext.CurrentContextualReflectionContext?.Name ?? "none");

        two.Unloading += context => Console.WriteLine("unloading " + context.Name);
        two.Unload();
        Try("unloaded", () => two.LoadFromAssemblyPath(self.Location));
        Try("not collectible", () => { one.Unload(); return "unloaded"; });
        Console.WriteLine($"{second.GetName().Name} {Next(b)} {second.IsCollectible} {first.IsCollectible}");
        Try("relative", () => one.LoadFromAssemblyPath("x.dll"));
        Try("missing", () => one.LoadFromAssemblyPath("/nowhere/x.dll"));
        Try("not one", () => one.LoadFromAssemblyPath("/etc/passwd"));
        Console.WriteLine(string.Join(" ", AssemblyLoadContext.All.Select(x => x.Name).Where(n => n == "one" || n == "three" || n == "Default").OrderBy(n => n)));
    }
}
