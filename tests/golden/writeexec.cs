// No page is ever writable and executable, whatever has made the runtime give addresses of
// managed code away. Mono compiles into pages that are both.
using System;
using System.IO;
using System.Linq.Expressions;
using System.Reflection.Emit;
using System.Runtime.InteropServices;

static class WriteExec
{
    delegate int Function(int n);
    delegate int Comparison(IntPtr a, IntPtr b);
    struct Point { public int X; public string Text; }
    struct Pair { public long A, B; }
    struct Triple { public long A, B, C; }
    delegate Pair OfPair(Pair pair, ref int n);
    delegate Triple OfTriple(Triple triple, string text);
    delegate float OfSmall(sbyte small, float factor);

    [DllImport("libc")] static extern int getpid();
    [DllImport("libc")] static extern int strlen(string text);
    [DllImport("libc")] static extern void qsort(int[] all, IntPtr n, IntPtr size, Comparison compare);

    static int pages;

    static void Look(string when)
    {
        int code = 0, both = 0;
        foreach (string line in File.ReadAllLines("/proc/self/maps")) {
            string rights = line.Split(' ')[1];
            if (rights[2] != 'x')
                continue;
            code++;
            if (rights[1] == 'w')
                both++;
        }
        Console.WriteLine("{0}: {1} {2}", when, both, code > 0);
        pages += both;
    }

    static int Hot(int n)
    {
        int sum = 0;
        for (int i = 0; i < n; i++)
            sum = sum * 31 + i;
        return sum;
    }

    static void Asynchronous()
    {
        int n = 4;
        Function function = Hot;
        Console.WriteLine(function.EndInvoke(function.BeginInvoke(9, null, null)) == Hot(9));
        OfPair pairs = (Pair p, ref int k) => { k++; p.A += p.B; return p; };
        var result = pairs.BeginInvoke(new Pair { A = 1, B = 2 }, ref n, null, null);
        Pair pair = pairs.EndInvoke(ref n, result);
        OfTriple triples = (t, text) => { t.C = text.Length; return t; };
        Triple triple = triples.EndInvoke(triples.BeginInvoke(new Triple { A = 7 }, "four", null, null));
        OfSmall smalls = (small, factor) => small * factor;
        float product = smalls.EndInvoke(smalls.BeginInvoke(-3, 1.5f, null, null));
        Console.WriteLine("{0} {1} {2}, {3} {4}, {5}", pair.A, pair.B, n, triple.A, triple.C, product);
    }

    static void Main()
    {
        Look("start");
        Console.WriteLine(getpid() > 0);
        Look("a plain call");
        Console.WriteLine(strlen("text") + " " + Marshal.SizeOf(typeof(Point)));
        Look("a call with a string");
        var all = new[] { 3, 1, 2 };
        qsort(all, (IntPtr)3, (IntPtr)4, (a, b) => Marshal.ReadInt32(a).CompareTo(Marshal.ReadInt32(b)));
        Console.WriteLine("{0} {1} {2}", all[0], all[1], all[2]);
        Look("a callback");
        Function f = Hot;
        var back = (Function)Marshal.GetDelegateForFunctionPointer(
            Marshal.GetFunctionPointerForDelegate(f), typeof(Function));
        Console.WriteLine(back(10) == Hot(10));
        var kept = new Function[3000];
        for (int i = 0; i < kept.Length; i++) {
            int n = i;
            kept[i] = k => k + n;
            Marshal.GetFunctionPointerForDelegate(kept[i]);
        }
        Look("many callbacks");
        Asynchronous();
        Look("asynchronous calls");
        var method = new DynamicMethod("made", typeof(int), new[] { typeof(int) });
        var il = method.GetILGenerator();
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldc_I4_3);
        il.Emit(OpCodes.Mul);
        il.Emit(OpCodes.Ret);
        Console.WriteLine(((Function)method.CreateDelegate(typeof(Function)))(14));
        Look("a dynamic method");
        var parameter = Expression.Parameter(typeof(int));
        Console.WriteLine(Expression.Lambda<Function>(
            Expression.Add(parameter, Expression.Constant(2)), parameter).Compile()(40));
        int sum = 0;
        for (int i = 0; i < 2000; i++)
            sum += Hot(200);
        Console.WriteLine(sum);
        Look("hot code");
        GC.KeepAlive(kept);
    }
}
