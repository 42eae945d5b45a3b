// Where elements, lengths and lower bounds of arrays lie: vectors and arrays of one to five
// dimensions, as managed code, reflection, buffers, pinned handles and the collector see them.
using System;
using System.Collections;
using System.Runtime.InteropServices;

struct Pair
{
    public object reference;
    public long number;
}

class Program
{
    static void Title(string text)
    {
        Console.WriteLine("-- " + text);
    }

    static string Shape(Array array)
    {
        string text = array.GetType().Name + " of " + array.Length + ":";
        for (int d = 0; d < array.Rank; d++)
            text += " " + array.GetLowerBound(d) + ".." + array.GetUpperBound(d);
        return text;
    }

    static string Elements(Array array)
    {
        string text = "";
        foreach (object o in array)
            text += (text == "" ? "" : " ") + (o ?? "null");
        return text;
    }

    static Array Filled(Type element, int[] lengths, int[] lower)
    {
        Array array = Array.CreateInstance(element, lengths, lower);
        int[] at = (int[])lower.Clone();
        for (int n = 0; n < array.Length; n++) {
            array.SetValue(Convert.ChangeType(n + 1, element), at);
            for (int d = lengths.Length - 1; d >= 0 && ++at[d] == lower[d] + lengths[d]; d--)
                at[d] = lower[d];
        }
        return array;
    }

    static void Shapes()
    {
        Title("shapes");
        Type[] elements = {typeof(byte), typeof(short), typeof(int), typeof(double), typeof(decimal)};
        foreach (Type element in elements)
            for (int rank = 1; rank <= 5; rank++) {
                int[] lengths = new int[rank], lower = new int[rank];
                for (int d = 0; d < rank; d++) {
                    lengths[d] = 1 + (d + rank) % 3;
                    lower[d] = d % 2 == 0 ? 7 - d : -d;
                }
                Array array = Filled(element, lengths, lower);
                Console.WriteLine(Shape(array) + " = " + Elements(array));
                Array copy = (Array)array.Clone();
                Array.Clear(array, array.GetLowerBound(0), 1);
                Console.WriteLine(Shape(copy) + " = " + Elements(copy) + "; " + Elements(array));
            }
    }

    static void OneDimension()
    {
        Title("one dimension that is no vector");
        Type type = typeof(int).MakeArrayType(1);
        Array array = (Array)type.GetConstructor(new[] {typeof(int)}).Invoke(new object[] {3});
        Console.WriteLine(type + " " + Shape(array) + " " + (array is int[]));
        for (int i = 0; i < 3; i++)
            array.SetValue(10 * i, i);
        Console.WriteLine(Elements(array) + " " + Array.IndexOf(array, 20) + " " +
                          ((IList)array)[1]);
        Array from5 = Filled(typeof(long), new[] {3}, new[] {5});
        Console.WriteLine(Shape(from5) + " " + Elements(from5) + " " + Buffer.GetByte(from5, 16));
        Array.Reverse(from5);
        Console.WriteLine(Elements(from5));
        Array.Sort(from5, 5, 3);
        Console.WriteLine(Elements(from5) + " " + Array.IndexOf(from5, 3L));
    }

    static void Buffers()
    {
        Title("buffers");
        int[,] grid = {{0x01020304, 2, 3}, {4, 5, 6}};
        byte[] bytes = new byte[24];
        Console.WriteLine(Buffer.ByteLength(grid));
        Buffer.BlockCopy(grid, 0, bytes, 0, 24);
        Console.WriteLine(BitConverter.ToString(bytes));
        for (int i = 0; i < 24; i += 5)
            Console.Write(Buffer.GetByte(grid, i) + " " + Buffer.GetByte(bytes, i) + " ");
        Buffer.SetByte(grid, 20, 77);
        Buffer.SetByte(bytes, 3, 9);
        Buffer.BlockCopy(bytes, 0, grid, 8, 8);
        Console.WriteLine(Shape(grid) + " " + Elements(grid));
        try {
            Buffer.GetByte(grid, 24);
        } catch (ArgumentOutOfRangeException e) {
            Console.WriteLine(e.ParamName);
        }
        try {
            Buffer.GetByte(null, 0);
        } catch (ArgumentNullException e) {
            Console.WriteLine(e.ParamName);
        }
    }

    static unsafe void Pointers()
    {
        Title("pointers");
        double[,,] cube = new double[2, 3, 4];
        fixed (double* p = cube) {
            for (int i = 0; i < cube.Length; i++)
                p[i] = i;
            Console.WriteLine((long)p % 8 + " " + cube[1, 0, 0] + " " + cube[1, 2, 3]);
        }
        fixed (double* p = &cube[1, 1, 1])
            Console.WriteLine(*p);
        GCHandle handle = GCHandle.Alloc(cube, GCHandleType.Pinned);
        double* pinned = (double*)handle.AddrOfPinnedObject();
        Console.WriteLine(pinned[13] + " " +
                          (Marshal.UnsafeAddrOfPinnedArrayElement(cube, 5) == (IntPtr)(pinned + 5)));
        handle.Free();
        long[] vector = {1, 2, 3};
        fixed (long* p = vector)
            Console.WriteLine((long)p % 8 + " " + p[2]);
        foreach (int n in new[] {0, 1, 2, 7, 8, 9}) {
            byte[] small = new byte[n];
            Console.Write(small.Length + " ");
        }
        Console.WriteLine();
    }

    static void Spans()
    {
        Title("spans");
        Span<int> ints = new int[] {1, 2, 3, 4};
        ints.Slice(1, 2).Fill(9);
        Console.WriteLine(string.Join(",", ints.ToArray()));
        Span<string> strings = new string[] {"a", "b", "c"};
        strings.Reverse();
        Console.WriteLine(strings[0] + strings[2]);
        Memory<byte> memory = new byte[] {5, 6, 7};
        using (var pin = memory.Slice(1).Pin())
            unsafe {
                Console.WriteLine(((byte*)pin.Pointer)[1]);
            }
        Console.WriteLine(new ReadOnlySpan<char>("hello".ToCharArray(), 1, 3).ToString());
        Console.WriteLine("abc".AsSpan().IndexOf('c') + " " + new int[0].AsSpan().Length);
    }

    static void Copies()
    {
        Title("copies");
        int[,] from = {{1, 2}, {3, 4}, {5, 6}}, to = new int[3, 2];
        Array.Copy(from, 1, to, 2, 3);
        Console.WriteLine(Elements(to));
        object[,] boxes = new object[3, 2];
        Array.Copy(from, boxes, 6);
        Console.WriteLine(Shape(boxes) + " " + Elements(boxes));
        long[,] wide = new long[2, 3];
        Array.Copy(from, wide, 6);
        Console.WriteLine(Elements(wide));
        string[,] texts = new string[1, 2];
        texts[0, 1] = "x";
        object[,] covariant = texts;
        try {
            covariant[0, 0] = 1;
        } catch (ArrayTypeMismatchException) {
            Console.WriteLine("mismatch, " + covariant[0, 1]);
        }
    }

    static void Collected()
    {
        Title("what the collector sees");
        Pair[,] pairs = new Pair[20, 30];
        object[,,] objects = new object[5, 6, 7];
        Pair[] vector = new Pair[100];
        for (int i = 0; i < 20; i++)
            for (int k = 0; k < 30; k++)
                pairs[i, k] = new Pair {reference = "p" + i + "," + k, number = i * k};
        for (int i = 0; i < 210; i++)
            objects[i / 42, i / 7 % 6, i % 7] = "o" + i;
        for (int i = 0; i < 100; i++)
            vector[i].reference = "v" + i;
        for (int i = 0; i < 20; i++) {
            GC.Collect();
            for (int k = 0; k < 2000; k++)
                GC.KeepAlive(new string('z', k % 50));
        }
        int bad = 0;
        for (int i = 0; i < 20; i++)
            for (int k = 0; k < 30; k++)
                if ((string)pairs[i, k].reference != "p" + i + "," + k || pairs[i, k].number != i * k)
                    bad++;
        for (int i = 0; i < 210; i++)
            if ((string)objects[i / 42, i / 7 % 6, i % 7] != "o" + i)
                bad++;
        for (int i = 0; i < 100; i++)
            if ((string)vector[i].reference != "v" + i)
                bad++;
        Console.WriteLine(bad + " lost, " + pairs[19, 29].reference);
    }

    static long Sum(int[,] grid)
    {
        long sum = 0;
        for (int i = 0; i < grid.GetLength(0); i++)
            for (int k = 0; k < grid.GetLength(1); k++)
                sum = 31 * sum + grid[i, k];
        return sum;
    }

    static void Outside(int[,] grid, int i, int k)
    {
        try {
            Console.Write(grid[i, k] + " ");
        } catch (IndexOutOfRangeException) {
            Console.Write("outside ");
        } catch (NullReferenceException) {
            Console.Write("null ");
        }
    }

    static void Main()
    {
        Shapes();
        OneDimension();
        Buffers();
        Pointers();
        Spans();
        Copies();
        Collected();
        Title("indexes");
        int[,] grid = (int[,])Filled(typeof(int), new[] {4, 5}, new[] {-2, 10});
        Console.WriteLine(Sum(new int[,] {{1, 2}, {3, 4}, {5, 6}}));
        Outside(grid, -2, 10);
        Outside(grid, 1, 14);
        Outside(grid, 2, 14);
        Outside(grid, 1, 15);
        Outside(grid, 0, 0);
        Outside(grid, int.MaxValue, int.MinValue);
        Outside(null, 0, 0);
        Console.WriteLine();
    }
}
