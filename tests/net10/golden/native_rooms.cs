using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Collections.Generic;

unsafe class P
{
    // Room from inside a region stays as it is until the method ends.
    [MethodImpl(MethodImplOptions.NoInlining)]
    static int Outlasts(int n)
    {
        int* first = null, last = null;
        for (int i = 0; i < n; i++)
        {
            try
            {
                int* p = stackalloc int[100];
                for (int k = 0; k < 100; k++) { if (p[k] != 0) return -1; p[k] = i * 1000 + k; }
                if (first == null) first = p;
                last = p;
                if (i == 3) throw new InvalidOperationException();
            }
            catch (InvalidOperationException)
            {
                var q = new int[10];
                q[9] = -1;
                last[0] += q[9];
            }
            finally
            {
                GC.Collect();
                Garbage();
            }
        }
        int sum = 0;
        for (int k = 0; k < 100; k++) sum += first[k] + last[k];
        return sum;
    }

    static object[] kept = new object[64];
    [MethodImpl(MethodImplOptions.NoInlining)]
    static void Garbage() { for (int i = 0; i < 200; i++) kept[i & 63] = new byte[400 + i]; foreach (var k in kept) ((byte[])k).AsSpan().Fill(255); }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static string Generic<T>(T value, int size)
    {
        Span<byte> bytes = default;
        try
        {
            bytes = size < 1000 ? stackalloc byte[size] : new byte[size];
            bytes[size - 1] = 7;
            lock (kept) { Span<long> more = stackalloc long[size]; more[0] = 5; bytes[0] = (byte)more[0]; }
        }
        finally { Garbage(); }
        int sum = 0;
        foreach (var b in bytes) sum += b;
        return $"{value} {sum} {bytes.Length}";
    }

    static IEnumerable<int> Iterate()
    {
        try { for (int i = 0; i < 3; i++) yield return Inner(i); }
        finally { Console.WriteLine("iterated"); }
    }
    static int Inner(int n) { try { Span<int> s = stackalloc int[n + 1]; s.Fill(n); int t = 0; foreach (var x in s) t += x; return t; } catch (Exception) { return -1; } }

    // ((nuint)p & 15): aligned as on a stack.
    [MethodImpl(MethodImplOptions.NoInlining)]
    static long Aligned(int n) { try { byte* p = stackalloc byte[n]; return (long)p & 15; } finally { Garbage(); } }

    [DllImport("libc")] static extern void* dlsym(nint handle, string name);

    static void Native()
    {
        var abs = (delegate* unmanaged<int, int>)dlsym(0, "abs");
        var labs = (delegate* unmanaged[Cdecl]<long, long>)dlsym(0, "labs");
        var strlen = (delegate* unmanaged<byte*, nuint>)dlsym(0, "strlen");
        var toupper = (delegate* unmanaged<int, sbyte>)dlsym(0, "toupper");
        var lower = (delegate* unmanaged<int, ushort>)dlsym(0, "tolower");
        var qsort = (delegate* unmanaged<int*, nuint, nuint, delegate* unmanaged<int*, int*, int>, void>)dlsym(0, "qsort");
        Console.WriteLine(abs(-5) + " " + labs(long.MinValue + 1) + " " + toupper('a') + " " + lower(0x10041));
        fixed (byte* text = "hello\0"u8) Console.WriteLine(strlen(text));
        int* numbers = stackalloc int[] { 5, 3, 9, 1 };
        qsort(numbers, 4, 4, &Compare);
        Console.WriteLine(numbers[0] + " " + numbers[1] + " " + numbers[2] + " " + numbers[3]);
        var day = (delegate* unmanaged<DayOfWeek, DayOfWeek>)dlsym(0, "abs");
        Console.WriteLine(day((DayOfWeek)(-3)));
        delegate*<int, int> managed = &Twice;
        Console.WriteLine(managed(4));
        var big = (delegate* unmanaged<int, int, int, int, int, int, int, int, long>)&Many;
        Console.WriteLine(big(1, 2, 3, 4, 5, 6, 7, 8));
        var mixed = (delegate* unmanaged<double, int, float, long, double, double>)&Mixed;
        Console.WriteLine(mixed(1.5, 2, 2.5f, 3, 4.25));
    }
    static int Twice(int n) => n * 2;
    [UnmanagedCallersOnly] static int Compare(int* a, int* b) { try { Span<int> s = stackalloc int[2]; s[0] = *a; s[1] = *b; return s[0].CompareTo(s[1]); } finally { } }
    [UnmanagedCallersOnly] static long Many(int a, int b, int c, int d, int e, int f, int g, int h) => a + b * 10L + c * 100L + d * 1000L + e * 10000L + f * 100000L + g * 1000000L + h * 10000000L;
    [UnmanagedCallersOnly] static double Mixed(double a, int b, float c, long d, double e) => a * b + c * d + e;

    static void Main()
    {
        Console.WriteLine(Outlasts(10));
        Console.WriteLine(Generic("text", 300));
        Console.WriteLine(Generic(5, 20));
        Console.WriteLine(Generic(new object(), 2000));
        foreach (var i in Iterate()) Console.WriteLine(i);
        for (int n = 1; n < 40; n += 7) if (Aligned(n) != 0) Console.WriteLine("odd");
        Native();
    }
}
