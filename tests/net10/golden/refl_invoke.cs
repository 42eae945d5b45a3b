// Instances, calls and fields by reflection, with arguments of all kinds.
using System.Reflection;
using System.Runtime.CompilerServices;

class Point { public int X, Y; public Point() { X = -1; } public Point(int x, int y) { X = x; Y = y; } public override string ToString() => $"({X},{Y})"; }
struct Money { public long Units; public string Code; public Money(long u) { Units = u; Code = "c"; } public long Twice() => Units * 2; public override string ToString() => $"{Units}{Code}"; }
struct WithCtor { public int A; public WithCtor() { A = 42; } }
class Hidden { private Hidden() { } private static int secret = 5; private int Own(int n) => n + secret; internal static Hidden Make() => new(); }
abstract class Shape { public abstract string Name(); public virtual int Sides => 0; }
class Square : Shape { public override string Name() => "square"; public override int Sides => 4; }
class Late { static Late() { Console.WriteLine("Late is initialised"); } public static int Value = 3; public const string Word = "const"; public static readonly int Fixed = 8; [ThreadStatic] public static int PerThread; public static Money Cash = new(7); }
class Box<T> { public T Item; public static T Shared; public static int Count; public U Convert<U>(Func<T, U> f) => f(Item); public static string What() => typeof(T).Name; }
static unsafe class Prog
{
    static void Try(string name, Action action)
    {
        try { action(); }
        catch (Exception e)
        {
            while (e is TargetInvocationException && e.InnerException != null) e = e.InnerException;
            Console.WriteLine($"{name}: {e.GetType().Name}: {e.Message}");
        }
    }

    public static string Mixed(byte a, short b, long c, float d, double e, char f, bool g, string h, object i, Money m, DayOfWeek w, int? n, params int[] rest)
        => $"{a} {b} {c} {d} {e} {f} {g} {h} {i} {m} {w} {n} {string.Join("/", rest)}";
    public static void Refs(ref int a, out string b, ref Money m, ref object o) { a *= 2; b = "out" + a; m.Units++; o = a; }
    public static Money Big() => new(99);
    public static int? Maybe(int? x) => x == null ? 1 : null;
    public static int* Pointer(int* p) => p + 1;
    public static int Default(int a, int b = 5, string c = "d") => a + b + c.Length;
    public static void Throws() => throw new InvalidOperationException("thrown inside");
    static int[] cells = { 1, 2, 3 };
    public static ref int Cell(int i) => ref cells[i];

    static void Main()
    {
        Console.WriteLine(Activator.CreateInstance(typeof(Point)));
        Console.WriteLine(Activator.CreateInstance(typeof(Point), 3, 4));
        Console.WriteLine(Activator.CreateInstance(typeof(Money)) + " " + Activator.CreateInstance(typeof(Money), 5L));
        Console.WriteLine(((WithCtor)Activator.CreateInstance(typeof(WithCtor))).A + " " + Activator.CreateInstance<WithCtor>().A + " " + default(WithCtor).A);
        Console.WriteLine(Activator.CreateInstance(typeof(int?)) == null);
        Console.WriteLine(Activator.CreateInstance(typeof(Hidden), true).GetType());
        Console.WriteLine(((Point)RuntimeHelpers.GetUninitializedObject(typeof(Point))).X);
        foreach (var t in new[] { typeof(Shape), typeof(IDisposable), typeof(string), typeof(List<>), typeof(Hidden), typeof(int[]), typeof(void), typeof(Span<int>), typeof(int*) })
            Try(t.Name, () => Activator.CreateInstance(t));
        foreach (var t in new[] { typeof(Shape), typeof(IDisposable), typeof(string), typeof(List<>), typeof(int[]) })
            Try("uninit " + t.Name, () => RuntimeHelpers.GetUninitializedObject(t));

        var self = typeof(Prog);
        for (int i = 0; i < 4; i++)
            Console.WriteLine(self.GetMethod("Mixed").Invoke(null, new object[] { (byte)1, (short)-2, 3L, 1.5f, 2.5, 'x', true, "s", 9, new Money(4), DayOfWeek.Friday, i == 0 ? null : i, new[] { 7, 8 } }));
        for (int i = 0; i < 3; i++)
        {
            object[] args = { 21, null, new Money(5), "old" };
            self.GetMethod("Refs").Invoke(null, args);
            Console.WriteLine(string.Join(" ", args));
        }
        for (int i = 0; i < 3; i++)
            Console.WriteLine(self.GetMethod("Big").Invoke(null, null) + " " + self.GetMethod("Maybe").Invoke(null, new object[] { null }) + " " + (self.GetMethod("Maybe").Invoke(null, new object[] { 4 }) == null));
        Console.WriteLine((long)System.Reflection.Pointer.Unbox(self.GetMethod("Pointer").Invoke(null, new object[] { System.Reflection.Pointer.Box((void*)8, typeof(int*)) })));
        Console.WriteLine(self.GetMethod("Default").Invoke(null, BindingFlags.OptionalParamBinding, null, new object[] { 1, Type.Missing, Type.Missing }, null));
        Console.WriteLine(self.GetMethod("Cell").Invoke(null, new object[] { 1 }));
        Console.WriteLine(self.GetMethod("Mixed").Invoke(null, new object[] { null, null, null, null, null, null, null, null, null, null, null, null, new int[0] }));
        Try("throws", () => self.GetMethod("Throws").Invoke(null, null));
        Try("count", () => self.GetMethod("Default").Invoke(null, new object[] { 1 }));
        Try("type", () => self.GetMethod("Default").Invoke(null, new object[] { "a", 1, "b" }));
        Try("no target", () => typeof(Shape).GetMethod("Name").Invoke(null, null));
        Try("target", () => typeof(Shape).GetMethod("Name").Invoke("x", null));
        Try("open", () => typeof(Box<>).GetMethod("What").Invoke(null, null));
        Try("widening", () => Console.WriteLine(self.GetMethod("Default").Invoke(null, new object[] { (short)4, (byte)1, "b" })));

        for (int i = 0; i < 3; i++)
            Console.WriteLine(typeof(Shape).GetMethod("Name").Invoke(new Square(), null) + " " + typeof(Shape).GetProperty("Sides").GetValue(new Square()));
        Console.WriteLine(typeof(Money).GetMethod("Twice").Invoke(new Money(8), null) + " " + typeof(object).GetMethod("ToString").Invoke(new Money(2), null) + " " + typeof(int).GetMethod("CompareTo", new[] { typeof(int) }).Invoke(5, new object[] { 6 }));
        Console.WriteLine(typeof(Hidden).GetMethod("Own", BindingFlags.NonPublic | BindingFlags.Instance).Invoke(Hidden.Make(), new object[] { 2 }));
        Console.WriteLine(typeof(string).GetConstructor(new[] { typeof(char), typeof(int) }).Invoke(new object[] { 'z', 3 }));
        Console.WriteLine(((Array)typeof(int[,]).GetConstructors()[0].Invoke(new object[] { 2, 3 })).Length);
        Console.WriteLine(typeof(int[,]).GetMethod("Get").Invoke(new int[,] { { 1, 2 }, { 3, 4 } }, new object[] { 1, 0 }));

        var late = typeof(Late);
        Console.WriteLine(late.GetField("Word").GetValue(null) + " " + late.GetField("Word").GetRawConstantValue());
        for (int i = 0; i < 3; i++) Console.WriteLine(late.GetField("Value").GetValue(null));
        late.GetField("Value").SetValue(null, 30); Console.WriteLine(Late.Value);
        late.GetField("PerThread").SetValue(null, 4); Console.WriteLine(Late.PerThread + " " + late.GetField("PerThread").GetValue(null));
        late.GetField("Cash").SetValue(null, new Money(70)); Console.WriteLine(Late.Cash + " " + late.GetField("Cash").GetValue(null));
        Try("readonly", () => late.GetField("Fixed").SetValue(null, 1));
        Try("constant", () => late.GetField("Word").SetValue(null, "x"));
        object boxed = new Money(1);
        typeof(Money).GetField("Units").SetValue(boxed, 11L); typeof(Money).GetField("Code").SetValue(boxed, "$"); Console.WriteLine(boxed);
        Try("field type", () => typeof(Point).GetField("X").SetValue(new Point(), "s"));
        Try("field target", () => typeof(Point).GetField("X").GetValue(null));
        Try("field other", () => typeof(Point).GetField("X").GetValue("s"));
        var money = new Money(6);
        typeof(Money).GetField("Units").SetValueDirect(__makeref(money), 66L);
        Console.WriteLine(money + " " + typeof(Money).GetField("Units").GetValueDirect(__makeref(money)));

        var box = typeof(Box<>).MakeGenericType(typeof(string));
        var item = Activator.CreateInstance(box);
        box.GetField("Item").SetValue(item, "hello"); box.GetField("Count").SetValue(null, 5);
        Console.WriteLine(box.GetField("Count").GetValue(null) + " " + Box<int>.Count + " " + Box<string>.Count);
        Console.WriteLine(box.GetMethod("Convert").MakeGenericMethod(typeof(int)).Invoke(item, new object[] { (Func<string, int>)(s => s.Length) }));
        Console.WriteLine(box.GetMethod("What").Invoke(null, null) + " " + box.GetMethod("Convert") + " " + typeof(Box<>).GetMethod("Convert").MakeGenericMethod(typeof(int)));
        Console.WriteLine(typeof(Enumerable).GetMethods().First(m => m.Name == "Count" && m.GetParameters().Length == 1).MakeGenericMethod(typeof(int)).Invoke(null, new object[] { new[] { 1, 2, 3 } }));
        var body = self.GetMethod("Throws").GetMethodBody();
        Console.WriteLine(body.GetILAsByteArray().Length + " " + body.LocalVariables.Count + " " + body.ExceptionHandlingClauses.Count + " " + typeof(Prog).GetMethod("Try", BindingFlags.NonPublic | BindingFlags.Static).GetMethodBody().ExceptionHandlingClauses[0].CatchType);
        foreach (var p in self.GetMethod("Refs").GetParameters()) Console.WriteLine(p + " " + p.IsOut + " " + p.ParameterType.IsByRef + " " + p.Position);
    }
}
