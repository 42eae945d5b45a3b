// Custom attributes: values of all kinds, named, generic, inherited, on everything that has them.
using System.Reflection;
using System.Runtime.InteropServices;

[assembly: Mark("assembly")]
[module: Mark("module")]

enum Small : byte { None, One, Two = 200 }

[AttributeUsage(AttributeTargets.All, AllowMultiple = true, Inherited = true)]
class Mark : Attribute
{
    public readonly string Text;
    public int Number;
    public Small Kind { get; set; }
    public object Boxed { get; set; }
    public Type[] Types;
    public string Null { get; set; } = "unset";
    public Mark() => Text = "(none)";
    public Mark(string text) => Text = text;
    public Mark(params object[] items) => Text = "[" + string.Join("|", items.Select(Show)) + "]";
    public Mark(Type type, Small small, char c, double d, long l) => Text = $"{type} {small} {c} {d} {l}";
    public static string Show(object o) => o switch
    {
        null => "null",
        Array a => o.GetType().Name + "{" + string.Join(",", a.Cast<object>().Select(Show)) + "}",
        _ => o + ":" + o.GetType().Name,
    };
    public override string ToString() => $"{Text} n={Number} k={Kind} b={Show(Boxed)} t={(Types == null ? "null" : string.Join(",", (object[])Types))} null={Null ?? "null"}";
}

[AttributeUsage(AttributeTargets.Class, Inherited = false)]
class OnlyHere : Attribute { }

[AttributeUsage(AttributeTargets.All, AllowMultiple = true)]
class Of<T> : Attribute
{
    public T Value { get; set; }
    public Of() { }
    public Of(T value) => Value = value;
    public override string ToString() => $"Of<{typeof(T).Name}>({Value})";
}

class Hidden : Attribute
{
    public int X { get; private set; }
    public Hidden(int x) => X = x;
}

[Mark("base", Number = 1), OnlyHere]
class Base
{
    [Mark("method")] public virtual void M([Mark("parameter")] int p, [In, Out, Optional] object o) { }
    [Mark("property")] public virtual int P { [Mark("getter")] get; set; }
    [Mark("event")] public virtual event Action E { add { } remove { } }
    [Mark("field"), NonSerialized] public int F;
    [return: Mark("result")] public int R() => 0;
    public void G<[Mark("type parameter")] T>() { }
}

[Mark(Kind = Small.Two, Boxed = Small.One)]
class Derived : Base
{
    public override void M(int p, object o) { }
    public override int P { get; set; }
}

[Mark(1, "two", '3', 4.5, (byte)6, true, null, typeof(List<int>), Small.One, new[] { 1, 2 }, new object[] { "x", 7 }, new string[] { "s", null }, new Type[] { typeof(int) })]
class Items { }

[Mark(typeof(Dictionary<,>), Small.Two, 'c', 1.5, long.MinValue, Types = new[] { typeof(int[]), typeof(Items) }, Boxed = new[] { Small.One }, Null = null)]
class Typed { }

[Of<int>(5), Of<string>("five"), Of<Type>(typeof(Items)), Of<Small>(Small.Two)]
class Generic { }

[Serializable, Hidden(3)]
[StructLayout(LayoutKind.Explicit, Size = 12, Pack = 4)]
struct Layout
{
    [FieldOffset(4), MarshalAs(UnmanagedType.I2)] public int A;
    [DllImport("libc", EntryPoint = "getpid", SetLastError = true, CharSet = CharSet.Unicode)] public static extern int Pid();
}

static class Program
{
    static void Print(string title, IEnumerable<object> attributes)
    {
        Console.WriteLine(title);
        foreach (string text in attributes.Select(a => a.GetType() == typeof(Mark) || a.ToString() != a.GetType().ToString() ? a.ToString() : a.GetType().Name).Where(t => !t.Contains("Nullable")).OrderBy(t => t, StringComparer.Ordinal))
            Console.WriteLine("  " + text);
    }

    static void Main()
    {
        Assembly self = typeof(Program).Assembly;
        Print("assembly", self.GetCustomAttributes(typeof(Mark), false));
        Print("module", self.ManifestModule.GetCustomAttributes(typeof(Mark), false));
        Print("Base", typeof(Base).GetCustomAttributes(false));
        Print("Derived", typeof(Derived).GetCustomAttributes(false));
        Print("Derived, inherited", typeof(Derived).GetCustomAttributes(true));
        Print("Items", typeof(Items).GetCustomAttributes(false));
        Print("Typed", typeof(Typed).GetCustomAttributes(false));
        Print("Generic", typeof(Generic).GetCustomAttributes(false));
        Print("Layout", typeof(Layout).GetCustomAttributes(false));
        MethodInfo m = typeof(Base).GetMethod("M"), d = typeof(Derived).GetMethod("M");
        Print("M", m.GetCustomAttributes(false));
        Print("overridden M", d.GetCustomAttributes(false));
        Print("overridden M, inherited", d.GetCustomAttributes(true));
        Print("parameter", m.GetParameters()[0].GetCustomAttributes(false));
        Print("second parameter", m.GetParameters()[1].GetCustomAttributes(false));
        Print("result", typeof(Base).GetMethod("R").ReturnParameter.GetCustomAttributes(false));
        Print("type parameter", typeof(Base).GetMethod("G").GetGenericArguments()[0].GetCustomAttributes(false));
        Print("property", typeof(Base).GetProperty("P").GetCustomAttributes(false));
        Print("getter", typeof(Base).GetProperty("P").GetMethod.GetCustomAttributes(typeof(Mark), false));
        Print("event", typeof(Base).GetEvent("E").GetCustomAttributes(false));
        Print("field", typeof(Base).GetField("F").GetCustomAttributes(false));
        Print("Attribute.GetCustomAttributes", Attribute.GetCustomAttributes(typeof(Derived).GetProperty("P"), true));
        Console.WriteLine(typeof(Derived).IsDefined(typeof(OnlyHere), true) + " " + typeof(Base).IsDefined(typeof(OnlyHere), false) + " " + typeof(Generic).IsDefined(typeof(Of<>), false));
        Console.WriteLine(typeof(Layout).GetCustomAttribute<Hidden>().X);

        StructLayoutAttribute layout = typeof(Layout).StructLayoutAttribute;
        Console.WriteLine($"{layout.Value} {layout.Size} {layout.Pack}");
        DllImportAttribute import = typeof(Layout).GetMethod("Pid").GetCustomAttribute<DllImportAttribute>();
        Console.WriteLine($"{import.Value} {import.EntryPoint} {import.SetLastError} {import.CharSet} {import.CallingConvention} {import.PreserveSig}");
        FieldInfo a = typeof(Layout).GetField("A");
        Console.WriteLine(a.GetCustomAttribute<FieldOffsetAttribute>().Value + " " + a.GetCustomAttribute<MarshalAsAttribute>().Value);

        AttributeUsageAttribute usage = typeof(Mark).GetCustomAttribute<AttributeUsageAttribute>();
        Console.WriteLine($"{usage.ValidOn} {usage.AllowMultiple} {usage.Inherited}");
        foreach (CustomAttributeData data in typeof(Typed).GetCustomAttributesData().Concat(typeof(Items).GetCustomAttributesData()).Where(x => x.AttributeType == typeof(Mark)))
            Console.WriteLine(data);
        foreach (CustomAttributeData data in typeof(Generic).GetCustomAttributesData().Where(x => x.AttributeType.IsGenericType))
            Console.WriteLine($"{data.AttributeType} {data.ConstructorArguments[0].Value}");
    }
}
