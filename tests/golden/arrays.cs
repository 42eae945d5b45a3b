// Arrays: several dimensions, lower bounds, covariance, copying, buffers, initialisers.
using System;
using System.Collections.Generic;
using System.Threading;

static class Arrays
{
    static void Fails(string title, Action action)
    {
        try {
            action();
            Console.WriteLine("{0}: nothing", title);
        } catch (Exception e) {
            Console.WriteLine("{0}: {1}", title, e.GetType().Name);
        }
    }

    static int Sum(params int[] numbers)
    {
        int sum = 0;
        foreach (int n in numbers)
            sum += n;
        return sum;
    }

    static void Try(Action action)
    {
        try {
            action();
            Console.WriteLine("nothing thrown");
        } catch (Exception e) {
            Console.WriteLine("{0}: {1}", e.GetType().Name, e.Message);
        }
    }

    static void Errors()
    {
        var cube = new int[2, 2, 2];
        Try(() => cube.GetValue(2, 5));
        Try(() => cube.GetValue(1, 1, 2));
        Try(() => cube.SetValue(1, 1, 1));
        Try(() => Array.CreateInstance(typeof(int), -1));
        Try(() => Array.CreateInstance(typeof(int), 2, -1));
        Try(() => new int[3].SetValue("x", 1));
        Try(() => new int[3].SetValue(1L, 1));
        Try(() => new long[3].SetValue(1, 1));
        Try(() => new string[2].SetValue(1, 1));
        Try(() => Array.Copy(new object[] { "a", 1 }, new string[2], 2));
    }

    static void Stores(Array array, params object[] values)
    {
        foreach (object value in values) {
            try {
                array.SetValue(value, 0);
                Console.Write("{0} ", array.GetValue(0) ?? "null");
            } catch (Exception e) {
                Console.Write("[{0}: {1}] ", e.GetType().Name, e.Message.Replace('\n', ' '));
            }
        }
        Console.WriteLine(array.GetType());
    }

    static void Conversions()
    {
        object[] values = { null, (byte)200, 5, 7L, 1.5f, 'a', true, DayOfWeek.Friday, "s", 1m };
        Stores(new int[1], values);
        Stores(new long[1], values);
        Stores(new double[1], values);
        Stores(new DayOfWeek[1], values);
        Stores(new decimal[1], values);
        Stores(new string[1], values);
        Stores(new IComparable[1], values);
        Stores(new int?[1], null, 5);
        Fails("rank", () => new int[3].SetValue(1, 1, 1));
        Fails("narrowing copy", () => Array.Copy(new long[1], new int[1], 1));
        Fails("no lengths", () => Array.CreateInstance(typeof(int), new int[0]));
        Fails("negative", () => Array.CreateInstance(typeof(int), -1));
        Fails("too many dimensions", () => Array.CreateInstance(typeof(int), new int[40]));
    }

    static void Nested()
    {
        object[][] jagged = new string[1][];
        Fails("object[] in string[][]", () => jagged[0] = new object[1]);
        Fails("string[] in string[][]", () => jagged[0] = new string[1]);
        Array[] arrays = new int[1][];
        Fails("long[] in int[][]", () => arrays[0] = new long[1]);
    }

    static void Main()
    {
        Errors();
        var cube = new int[2, 3, 4];
        for (int i = 0; i < 2; i++)
            for (int j = 0; j < 3; j++)
                for (int k = 0; k < 4; k++)
                    cube[i, j, k] = i * 100 + j * 10 + k;
        int sum = 0;
        foreach (int n in cube)
            sum += n;
        Console.WriteLine("{0} {1} {2} {3}", sum, cube.Rank, cube.Length, cube.GetUpperBound(2));
        string[,] table = { { "a", "b" }, { "c", "d" } };
        table[1, 0] += table[0, 1];
        Console.WriteLine("{0} {1}", table[1, 0], table.GetType());
        Array shifted = Array.CreateInstance(typeof(int), new[] { 3 }, new[] { 10 });
        shifted.SetValue(7, 11);
        Console.WriteLine("{0} {1} {2}", shifted.GetLowerBound(0), shifted.GetValue(11), shifted.GetType());
        int[][] jagged = { new[] { 1 }, new[] { 2, 3 }, new int[0] };
        Console.WriteLine("{0} {1}", jagged[1][1], jagged[2].Length);

        object[] objects = new string[] { "x", null };
        Fails("covariant store", () => objects[0] = 1);
        Fails("allowed store", () => objects[1] = "y");
        Fails("bounds 2d", () => table[0, 2] = "z");
        Fails("bounds 3d", () => cube[2, 0, 0]++);
        Fails("null array", () => Sum(null));
        table = null;
        cube = null;
        Fails("null store 2d", () => table[0, 0] = "z");
        Fails("null store of null", () => table[0, 0] = null);
        Fails("null load 2d", () => Console.WriteLine(table[0, 0]));
        Fails("null load 3d", () => cube[0, 0, 0]++);
        Fails("null address 2d", () => string.IsNullOrEmpty(Interlocked.Exchange(ref table[0, 0], "")));
        Fails("uint index", () => jagged[0] = jagged[uint.MaxValue]);
        Fails("copy type", () => Array.Copy(new[] { "a" }, new int[1], 1));
        Fails("copy length", () => Array.Copy(new int[2], new int[3], 3));
        Fails("cast", () => Sum(((int[])(object)new uint[] { 1, 2 }).Length));
        Fails("bad cast", () => Sum(((int[])(object)new long[] { 1, 2 }).Length));
        Console.WriteLine("{0} {1}", Sum(), Sum(1, 2, 3));

        int[] a = { 1, 2, 3, 4, 5 };
        Array.Copy(a, 0, a, 1, 4);
        Console.WriteLine(string.Join(" ", a));
        Array.Clear(a, 1, 2);
        Array.Resize(ref a, 7);
        Console.WriteLine(string.Join(" ", a));
        var bytes = new byte[8];
        Buffer.BlockCopy(new[] { 0x04030201, -1 }, 0, bytes, 1, 6);
        Console.WriteLine(BitConverter.ToString(bytes));
        Console.WriteLine("{0} {1}", Buffer.ByteLength(new long[3]), Buffer.GetByte(new[] { 258 }, 1));
        var clone = (int[])a.Clone();
        clone[0] = -1;
        Console.WriteLine("{0} {1}", a[0], clone[0]);
        IList<int> list = a;
        Console.WriteLine("{0} {1} {2} {3}", list.Count, list.Contains(4), list.IndexOf(3), ((ICollection<int>)a).IsReadOnly);
        Fails("fixed size", () => list.Add(1));
        long[] longs = Array.ConvertAll(a, n => (long)n << 33);
        Console.WriteLine(string.Join(" ", longs));
        var segment = new ArraySegment<int>(a, 2, 3);
        Console.WriteLine("{0} {1}", segment.Count, string.Join(" ", segment));
        double[] constants = { 1.5, 2.5, -3.25, 1e300, double.NaN };
        char[] chars = { 'a', '\u1234', 'c' };
        Console.WriteLine("{0} {1} {2}", string.Join(" ", constants), (int)chars[1], new string(chars, 0, 1));
        Console.WriteLine("{0} {1}", Array.TrueForAll(a, n => n >= 0), typeof(int[,]).GetElementType());
        Conversions();
        Nested();
    }
}
