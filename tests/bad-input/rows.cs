/* A program that uses of every metadata table what a runtime reads of it: the subject of
 * the row mutants. Each part stands alone, so that what is refused in one does not keep
 * the others from running. */
using System;
using System.Collections.Generic;
using System.Reflection;
using System.Runtime.InteropServices;

[AttributeUsage(AttributeTargets.All, AllowMultiple = true)]
sealed class MarkAttribute : Attribute
{
    public string Text;
    public int Number { get; set; }
    public Type Kind;
    public readonly object Value;
    public MarkAttribute(object value) { Value = value; }
    public MarkAttribute(params string[] texts) { Value = texts; }
}

enum Colour : byte { Red = 1, Green = 2, Blue = 250 }

[StructLayout(LayoutKind.Sequential, Pack = 2, Size = 32)]
struct Packed
{
    public byte First;
    public long Second;
    [MarshalAs(UnmanagedType.ByValArray, SizeConst = 3)] public short[] Items;
}

[StructLayout(LayoutKind.Explicit)]
struct Union
{
    [FieldOffset(0)] public int Whole;
    [FieldOffset(0)] public byte Low;
    [FieldOffset(8)] public object Reference;
}

[StructLayout(LayoutKind.Sequential)]
struct Text
{
    [MarshalAs(UnmanagedType.ByValTStr, SizeConst = 8)] public string Name;
    public int Length;
}

interface ISource<out T> { T Get(); }
interface ISink<in T> { void Put(T value); }

abstract class Shape
{
    public abstract double Area();
    public virtual string Name { get { return "shape"; } }
    public event EventHandler Changed;
    protected void Raise() { if (Changed != null) Changed(this, EventArgs.Empty); }
}

[Mark("square", Number = 4, Text = "text", Kind = typeof(List<int>))]
sealed class Square : Shape, ISource<string>, ISink<object>, IComparable<Square>
{
    [Mark(Colour.Blue)] readonly double side;
    public Square(double side) { this.side = side; }
    public override double Area() { return side * side; }
    public override string Name { get { return "square"; } }
    string ISource<string>.Get() { return Name; }
    void ISink<object>.Put(object value) { Console.WriteLine(value); Raise(); }
    public int CompareTo(Square other) { return side.CompareTo(other.side); }
    public class Inner<T> where T : IComparable<T>
    {
        public T Larger(T a, T b) { return a.CompareTo(b) > 0 ? a : b; }
        public U Make<U>() where U : new() { return new U(); }
    }
}

static class Program
{
    const string Constant = "constant";
    const long Large = 1L << 40;
    static readonly int[] primes = { 2, 3, 5, 7, 11, 13, 17, 19 };
    [ThreadStatic] static int local;
    delegate int Sum(int a, ref int b);

    [DllImport("libc")] static extern int abs(int value);
    [DllImport("libc", CharSet = CharSet.Ansi)]
    static extern UIntPtr strlen([MarshalAs(UnmanagedType.LPStr)] string text);

    static int Add(int a, ref int b) { b++; return a + b; }

    static void Shapes()
    {
        Shape shape = new Square(3);
        shape.Changed += delegate { Console.WriteLine("changed"); };
        Console.WriteLine("{0} {1}", shape.Name, shape.Area());
        ISource<object> source = (ISource<string>)shape;
        Console.WriteLine(source.Get());
        ((ISink<string>)(ISink<object>)shape).Put("put");
        var inner = new Square.Inner<string>();
        Console.WriteLine(inner.Larger("a", "b") + inner.Make<List<string>>().Count);
    }

    static void Values()
    {
        var union = new Union { Whole = 0x1234, Reference = "object" };
        Console.WriteLine("{0} {1} {2}", union.Low, union.Reference, Large);
        var many = new Packed[3];
        many[1].Second = 7;
        Console.WriteLine(many[1].Second + many[2].First);
        object boxed = many[1];
        Console.WriteLine(((Packed)boxed).Second);
        Console.WriteLine("{0} {1}", Colour.Blue, Enum.Parse(typeof(Colour), "Green"));
        foreach (int prime in primes) local += prime;
        Console.WriteLine(local + Constant);
    }

    static void Native()
    {
        Console.WriteLine("{0} {1}", abs(-5), strlen("five5"));
        Console.WriteLine("{0} {1}", Marshal.SizeOf(typeof(Packed)), Marshal.SizeOf(typeof(Text)));
        IntPtr memory = Marshal.AllocHGlobal(1 << 28);
        Marshal.StructureToPtr(new Text { Name = "name", Length = 4 }, memory, false);
        Console.WriteLine(((Text)Marshal.PtrToStructure(memory, typeof(Text))).Name);
        Marshal.StructureToPtr(new Packed { Items = new short[] { 1, 2, 3 } }, memory, false);
        Console.WriteLine(((Packed)Marshal.PtrToStructure(memory, typeof(Packed))).Items[2]);
    }

    static void Delegates()
    {
        Sum sum = Add;
        int b = 1;
        Console.WriteLine(sum(1, ref b));
        IAsyncResult result = sum.BeginInvoke(2, ref b, null, null);
        Console.WriteLine(sum.EndInvoke(ref b, result));
        sum += Add;
        Console.WriteLine(sum.DynamicInvoke(1, 2));
    }

    static void Reflect(Type type)
    {
        const BindingFlags all = BindingFlags.Public | BindingFlags.NonPublic |
            BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;
        Console.WriteLine("{0} {1} {2}", type, type.BaseType, type.Attributes);
        foreach (MemberInfo member in type.GetMembers(all)) {
            try {
                Console.WriteLine(" {0} {1}", member, member.GetCustomAttributes(true).Length);
                var field = member as FieldInfo;
                if (field != null && field.IsStatic)
                    Console.WriteLine("  {0}", field.GetValue(null));
                if (field != null && field.IsLiteral)
                    Console.WriteLine("  {0}", field.GetRawConstantValue());
                var method = member as MethodBase;
                if (method != null)
                    foreach (ParameterInfo parameter in method.GetParameters())
                        Console.WriteLine("  {0} {1}", parameter, parameter.Attributes);
            } catch (Exception e) {
                Console.WriteLine(" {0}", e.GetType());
            }
        }
        foreach (object attribute in type.GetCustomAttributes(false)) {
            var mark = attribute as MarkAttribute;
            if (mark != null)
                Console.WriteLine("{0} {1} {2} {3}", mark.Value, mark.Text, mark.Number, mark.Kind);
        }
        foreach (CustomAttributeData data in type.GetCustomAttributesData())
            Console.WriteLine(data);
        foreach (Type interface_ in type.GetInterfaces())
            Console.WriteLine(type.GetInterfaceMap(interface_).TargetMethods.Length);
    }

    static void Try(Action part)
    {
        try {
            part();
        } catch (Exception e) {
            Console.WriteLine(e.GetType());
        }
    }

    static int Main(string[] args)
    {
        Try(Shapes);
        Try(Values);
        Try(Native);
        Try(Delegates);
        Try(delegate {
            foreach (Type type in typeof(Program).Assembly.GetTypes())
                Try(delegate { Reflect(type); });
        });
        return args.Length;
    }
}
