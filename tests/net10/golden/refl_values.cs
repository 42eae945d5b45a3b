// Reflection's edges: Nullables in fields, members of arrays, what nothing is made of, orders of
// members that programs see, the command line of a Main without arguments.
using System.Reflection;

class Fields
{
    public static int First = 1;
    public int? Number;
    public static DayOfWeek? Day;
    public (int, string)? Pair;
    public long Last;
    public static string Text = "t";
}

class Hidden
{
    public virtual object Of => "base";
    public int Size => 1;
}

class Hiding : Hidden
{
    public new object Of => "derived";
    public new string Size => "s";
}

class Struct<T> where T : struct { }

class Program
{
    static void Try(string what, Func<object> f)
    {
        try
        {
            Console.WriteLine($"{what}: {f() ?? "null"}");
        }
        catch (Exception e)
        {
            Console.WriteLine($"{what}: {e.GetType().Name}: {e.Message}");
        }
    }

    static void Set(object target, string name, params object[] values)
    {
        FieldInfo field = typeof(Fields).GetField(name);
        foreach (object value in values)
            Try(name, () =>
            {
                field.SetValue(target, value);
                return field.GetValue(target);
            });
    }

    static void Members(Type type)
    {
        foreach (ConstructorInfo c in type.GetConstructors())
            Console.WriteLine($"{c} {c.Attributes} {c.GetParameters().Length}");
        foreach (MethodInfo m in type.GetMethods().Where(m => m.DeclaringType == type).OrderBy(m => m.Name))
            Console.WriteLine($"{m} {m.Attributes} {m.ReturnParameter} {m.GetParameters()[0]}");
    }

    static void Made(Type of)
    {
        Try("vector", () => of.MakeArrayType());
        Try("rank 2", () => of.MakeArrayType(2));
        Try("byref", () => of.MakeByRefType());
        Try("pointer", () => of.MakePointerType());
        Try("list", () => typeof(List<>).MakeGenericType(of));
        Try("array", () => Array.CreateInstance(of, 2).Length);
    }

    static int Main()
    {
        Console.WriteLine(Environment.GetCommandLineArgs().Length);
        var target = new Fields();
        Set(target, "Number", 4, null, 5, 6, (short)7, "x");
        Set(null, "Day", DayOfWeek.Friday, null, DayOfWeek.Monday, 3);
        Set(target, "Pair", (1, "a"), null, (2, "b"), (3, "c"));
        Console.WriteLine($"{target.Number} {Fields.Day} {target.Pair}");
        Console.WriteLine(string.Join(" ", typeof(Fields).GetFields().Select(f => f.Name)));
        Console.WriteLine(string.Join(" ", typeof(Hiding).GetProperties().Select(p => p.ToString())));
        Members(typeof(int[]));
        Members(typeof(string[,]));
        foreach (Type of in new[] { typeof(int).MakeByRefType(), typeof(void), typeof(Span<int>), typeof(TypedReference), typeof(List<>) })
            Made(of);
        Try("open", () => Array.CreateInstanceFromArrayType(typeof(List<>).MakeArrayType(), 2));
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
        {
            Console.WriteLine(Environment.ExitCode);
            Environment.ExitCode = 0;
        };
        var leaves = new Thread(() => Environment.Exit(5));
        leaves.Start();
        leaves.Join();
        return 1;
    }
}
