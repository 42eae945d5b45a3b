// Assemblies, modules and tokens: identity, contents, names of types, loading by name.
using System.Reflection;
using System.Runtime.Loader;

namespace Outer.Inner
{
    public class Public { public class Nested { private class Deep { } } internal class Not { } }
    internal class Internal<T> { public T Value; public U Get<U>(T t, U u) => u; }
}

class Constants
{
    public const string Text = "a constant";
    public const long Long = -5;
    public const Outer.Inner.Public Null = null;
    public static readonly string Literal = "first literal \ud800 \u00e9";
    public static int Add(int a, int b = 7, string c = null, decimal d = 1.5m) => a + b;
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
            Console.WriteLine($"{what}: {e.GetType()}: {e.Message.Trim()}");
        }
    }

    static void Identity(Assembly a)
    {
        AssemblyName name = a.GetName();
        Console.WriteLine($"{a} {name.Name} {name.Version} [{name.CultureName}] {name.Flags} {name.ContentType}");
        Console.WriteLine($"{Convert.ToHexString(name.GetPublicKeyToken())} {name.GetPublicKey().Length} {a.ImageRuntimeVersion} {a.IsDynamic} {a.IsCollectible} {a.ReflectionOnly} {a.HostContext}");
        Console.WriteLine($"{Path.GetFileName(a.Location)} {a.ManifestModule.Name} {a.ManifestModule.ScopeName} {Path.GetFileName(a.ManifestModule.FullyQualifiedName)} {a.ManifestModule.MDStreamVersion:x} {a.ManifestModule.MetadataToken:x}");
        a.ManifestModule.GetPEKind(out PortableExecutableKinds kind, out ImageFileMachine machine);
        Console.WriteLine($"{kind} {machine} {a.GetModules().Length} {a.GetLoadedModules().Length} {a.GetModule(a.ManifestModule.ScopeName) == a.ManifestModule} {a.GetModule("none") == null}");
    }

    static void Main()
    {
        Assembly self = Assembly.GetExecutingAssembly();
        Identity(self);
        Identity(typeof(object).Assembly);
        Identity(typeof(Enumerable).Assembly);
        Console.WriteLine(self == Assembly.GetEntryAssembly() && self == typeof(Program).Assembly && self.Equals(Assembly.GetCallingAssembly()));
        Console.WriteLine(self.EntryPoint + " " + (typeof(object).Assembly.EntryPoint == null));

        Console.WriteLine(string.Join("\n", self.GetTypes().Select(t => t.FullName).Where(n => !n.Contains('<')).OrderBy(n => n, StringComparer.Ordinal)));
        Console.WriteLine(string.Join(" ", self.GetExportedTypes().Select(t => t.FullName)));
        Console.WriteLine(self.DefinedTypes.Count() == self.GetTypes().Length);
        Console.WriteLine(string.Join("\n", self.GetReferencedAssemblies().Where(n => !n.Name.StartsWith("System.Runtime")).Select(n => n.Name).OrderBy(n => n)));
        Console.WriteLine(self.GetForwardedTypes().Length + " " + typeof(List<>).Assembly.GetName().Name);
        Assembly facade = Assembly.Load("System.Runtime");
        Console.WriteLine(facade.GetForwardedTypes().Contains(typeof(string)) + " " + facade.GetType("System.String") + " " + facade.GetTypes().Length + " " + facade.GetExportedTypes().Length);

        Try("nested", () => self.GetType("Outer.Inner.Public+Nested+Deep"));
        Try("generic", () => self.GetType("Outer.Inner.Internal`1[[System.Int32]]"));
        Try("arrays", () => self.GetType("Outer.Inner.Public+Nested[,][]&"));
        Try("case", () => self.GetType("outer.INNER.public+nested", true, true));
        Try("case matters", () => self.GetType("outer.INNER.public") ?? (object)"none");
        Try("missing", () => self.GetType("Outer.Missing") ?? (object)"none");
        Try("missing, thrown", () => self.GetType("Outer.Missing", true));
        Try("empty", () => self.GetType(""));
        Try("bad", () => self.GetType("A[", true));
        Try("qualified", () => Type.GetType("System.Collections.Generic.List`1[[Outer.Inner.Public, assemblies]], System.Private.CoreLib", true));
        Try("forwarded", () => Type.GetType("System.Collections.Generic.List`1[System.String], System.Collections", true).AssemblyQualifiedName == typeof(List<string>).AssemblyQualifiedName);
        Try("no assembly", () => Type.GetType("X, Nowhere", true));
        Try("no assembly, null", () => Type.GetType("X, Nowhere") ?? (object)"none");

        Try("version", () => Assembly.Load("System.Runtime, Version=99.0.0.0"));
        Try("older version", () => Assembly.Load("System.Runtime, Version=4.2.0.0").GetName().Name);
        Try("any case", () => Assembly.Load("system.LINQ").GetName().Name);
        Try("nowhere", () => Assembly.Load("Nowhere, Version=1.2.3.4, Culture=neutral, PublicKeyToken=b77a5c561934e089"));
        Try("culture", () => Assembly.Load("System.Linq, Culture=de"));
        Try("name object", () => Assembly.Load(new AssemblyName("System.Linq")) == typeof(Enumerable).Assembly);
        Try("empty name", () => Assembly.Load(""));
        Try("null name", () => Assembly.Load((string)null));
        Try("file", () => Assembly.LoadFrom(self.Location) == self);
        Try("no file", () => Assembly.LoadFrom("/nowhere/x.dll"));
        Try("bytes", () => Assembly.Load(new byte[64]));
        Try("name of file", () => AssemblyName.GetAssemblyName(self.Location));

        Module module = self.ManifestModule;
        foreach (MemberInfo member in new MemberInfo[] { typeof(Program), typeof(Constants).GetMethod("Add"), typeof(Constants).GetField("Literal") })
            Try("token of " + member.Name, () => module.ResolveMember(member.MetadataToken) == member);
        Type open = typeof(Outer.Inner.Internal<>);
        Try("type", () => module.ResolveType(open.MetadataToken) == open);
        Try("field type", () => ((FieldInfo)module.ResolveField(open.GetField("Value").MetadataToken, new[] { typeof(int) }, null)).Name);
        Try("method", () => module.ResolveMethod(open.GetMethod("Get").MetadataToken).Name);
        Try("no type", () => module.ResolveType(0x02ffffff));
        Try("no method", () => module.ResolveMethod(0x06ffffff));
        Try("no field", () => module.ResolveField(0x04ffffff));
        Try("method as type", () => module.ResolveType(typeof(Constants).GetMethod("Add").MetadataToken));
        Try("zero", () => module.ResolveMember(0));
        Try("no string", () => module.ResolveString(0x70ffffff));
        Try("not a string", () => module.ResolveString(0x02000001));
        Try("strings", () => Strings(module));
        Try("signature", () => module.ResolveSignature(0x11ffffff));

        Console.WriteLine($"{typeof(Constants).GetField("Text").GetRawConstantValue()} {typeof(Constants).GetField("Long").GetRawConstantValue()} {typeof(Constants).GetField("Null").GetRawConstantValue() ?? "null"}");
        foreach (ParameterInfo p in typeof(Constants).GetMethod("Add").GetParameters())
            Console.WriteLine($"{p.Position} {p} {p.HasDefaultValue} {(p.HasDefaultValue ? p.DefaultValue ?? "null" : "-")} {p.Attributes}");

        Console.WriteLine(self.GetManifestResourceNames().Length + " " + (self.GetManifestResourceStream("none") == null) + " " + (self.GetManifestResourceInfo("none") == null));
        Assembly linq = typeof(Enumerable).Assembly;
        foreach (string resource in linq.GetManifestResourceNames())
        {
            using Stream stream = linq.GetManifestResourceStream(resource);
            ManifestResourceInfo info = linq.GetManifestResourceInfo(resource);
            byte[] head = new byte[4];
            stream.ReadExactly(head);
            Console.WriteLine($"{resource} {stream.Length > 100} {Convert.ToHexString(head)} {info.ResourceLocation} {info.FileName}");
        }
        Try("null resource", () => self.GetManifestResourceStream((string)null));
        Try("empty resource", () => self.GetManifestResourceStream(""));
        Console.WriteLine(AppDomain.CurrentDomain.GetAssemblies().Contains(self) + " " + AppDomain.CurrentDomain.GetAssemblies()[0].GetName().Name);
        Console.WriteLine(module.ModuleVersionId != Guid.Empty && module.ModuleVersionId == self.ManifestModule.ModuleVersionId);
    }

    static string Strings(Module module)
    {
        string found = "";
        for (int i = 1; i < 4000; i++)
        {
            try
            {
                string text = module.ResolveString(0x70000000 | i);
                if (text.StartsWith("first literal"))
                    found += text.Length + ":" + (int)text[14] + " ";
            }
            catch (Exception e) when (e is ArgumentException || e is BadImageFormatException)
            {
            }
        }
        return found;
    }
}
