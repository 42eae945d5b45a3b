// Array.GetValue, SetValue, Copy, Clear and CreateInstance: what widens, what is refused and
// how it is said.
using System;
using System.Collections.Generic;
using System.Linq;

static class ArrayValues
{
    enum Small : byte { None, One }

    static void Show(string name, Func<object> body)
    {
        try {
            Console.WriteLine("{0}: {1}", name, body());
        } catch (Exception e) {
            Console.WriteLine("{0}: {1} {2}", name, e.GetType().Name, e.Message.Replace("\n", " | "));
        }
    }

    static readonly Type[] types = {
        typeof(bool), typeof(char), typeof(sbyte), typeof(byte), typeof(short), typeof(ushort), typeof(int), typeof(uint),
        typeof(long), typeof(ulong), typeof(float), typeof(double), typeof(decimal), typeof(string), typeof(object),
        typeof(Small), typeof(IComparable), typeof(DateTime), typeof(IntPtr) };

    static readonly object[] values = {
        null, true, 'x', (sbyte)1, (byte)2, (short)3, (ushort)4, 5, 6u, 7L, 8ul, 1.5f, 2.5, 3.5m, "s", Small.One,
        new DateTime(1), new int[1], new IntPtr(9) };

    static object Set(Type type, object value)
    {
        var array = Array.CreateInstance(type, 1);
        array.SetValue(value, 0);
        return array.GetValue(0);
    }

    static object Copy(Type from, Type to)
    {
        var source = Array.CreateInstance(from, 2);
        if (from.IsValueType)
            source.SetValue(Activator.CreateInstance(from), 0);
        var target = Array.CreateInstance(to, 2);
        Array.Copy(source, target, 2);
        return target.GetValue(0) ?? "null";
    }

    static void Refused()
    {
        var cube = new int[2, 3, 4];
        Show("rank", () => cube.GetValue(0, 0));
        Show("rank of line", () => new int[2].GetValue(0, 0));
        Show("no index", () => cube.GetValue((int[])null));
        Show("out", () => cube.GetValue(0, 3, 0));
        Show("line out", () => new int[2].GetValue(2));
        Show("line below", () => new int[2].GetValue(-1));
        Show("cube as line", () => cube.GetValue(1));
        Show("set out", () => { cube.SetValue(1, 9, 9, 9); return 0; });
        Show("clear", () => { Array.Clear(new int[1], 0, 2); return 0; });
        Show("clear below", () => { Array.Clear(new int[1], -1, 1); return 0; });
        Show("clear null", () => { Array.Clear(null, 0, 0); return 0; });
        Show("clear none", () => { Array.Clear(new int[1], 1, 0); return 0; });
        Show("copy out", () => { Array.Copy(new int[2], 0, new int[2], 1, 2); return 0; });
        Show("copy ranks", () => { Array.Copy(new int[2], cube, 2); return 0; });
        Show("copy below", () => { Array.Copy(new int[2], -1, new int[2], 0, 1); return 0; });
        Show("copy objects", () => { Array.Copy(new object[] { 1, "a" }, new int[2], 2); return 0; });
        Show("copy nulls", () => { Array.Copy(new object[] { null }, new int[1], 1); return 0; });
        Show("copy unboxes", () => { var to = new int[1]; Array.Copy(new object[] { 7 }, to, 1); return to[0]; });
        Show("copy down", () => { Array.Copy(new object[] { "s", 1 }, new string[2], 2); return 0; });
        Show("copy exact", () => { Array.ConstrainedCopy(new int[1], 0, new object[1], 0, 1); return 0; });
        Show("create void", () => Array.CreateInstance(typeof(void), 1));
        Show("create open", () => Array.CreateInstance(typeof(List<>), 1));
        Show("create null", () => Array.CreateInstance(null, 1));
        Show("create bounds", () => Array.CreateInstance(typeof(int), new[] { 2, 2 }, new[] { 1 }));
        Show("bound", () => cube.GetUpperBound(3));
        Show("length", () => cube.GetLength(-1));
        Show("covariance", () => { object[] row = new string[1]; row[0] = 1; return 0; });
        Show("address", () => { object[] row = new string[1]; return Reference(ref row[0]); });
    }

    static object Reference(ref object place)
    {
        return place;
    }

    static void Main()
    {
        foreach (var type in types) {
            foreach (var value in values.Where(value => !(value is Small) || type != typeof(bool)))
                Show(type.Name + " = " + (value == null ? "null" : value.GetType().Name), () => Set(type, value));
            foreach (var to in types)
                Show(type.Name + " to " + to.Name, () => Copy(type, to));
        }
        Refused();
    }
}
