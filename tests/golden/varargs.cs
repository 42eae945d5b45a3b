// Methods with variable arguments (__arglist), typed references.
using System;

static class VarArgs
{
    struct Triple
    {
        public int A;
        public string B;
        public long C;
        public override string ToString() { return A + B + C; }
    }

    class Counter
    {
        protected int extra = 2;

        public virtual int Count(int x, __arglist)
        {
            return x + extra + new ArgIterator(__arglist).GetRemainingCount();
        }
    }

    class Louder : Counter
    {
        public override int Count(int x, __arglist)
        {
            return 1000 * new ArgIterator(__arglist).GetRemainingCount() + base.Count(x, __arglist("one"));
        }
    }

    static void Show(string name, __arglist)
    {
        var list = new ArgIterator(__arglist);
        Console.Write("{0} {1}:", name, list.GetRemainingCount());
        while (list.GetRemainingCount() > 0) {
            Type type = Type.GetTypeFromHandle(list.GetNextArgType());
            Console.Write(" {0} {1}", type.Name, TypedReference.ToObject(list.GetNextArg()));
        }
        Console.WriteLine();
        try {
            list.GetNextArg();
        } catch (InvalidOperationException e) {
            Console.WriteLine(e.Message);
        }
    }

    static int Sum(__arglist)
    {
        var list = new ArgIterator(__arglist);
        int sum = 0;
        for (int n = list.GetRemainingCount(); n > 0; n--)
            sum += __refvalue(list.GetNextArg(), int);
        return sum;
    }

    static void Main()
    {
        Show("none", __arglist());
        Show("three", __arglist(1, "two", 3.0));
        Show("more", __arglist((byte)1, 'c', true, 5L, new Triple { A = 1, B = "x", C = 2 }, new object[0], null as string,
                               1.5f));
        int wrong = 0;
        for (int i = 0; i < 1000; i++)
            wrong += Sum(__arglist(i, 1, 2)) == i + 3 ? 0 : 1;
        Console.WriteLine("{0} {1}", wrong, Sum(__arglist(1, 2, 3, 4, 5, 6, 7, 8, 9, 10)));
        Counter counter = new Louder();
        Console.WriteLine(counter.Count(5, __arglist(1, 2, 3)));
        int z = 5;
        TypedReference reference = __makeref(z);
        __refvalue(reference, int) = 9;
        Console.WriteLine("{0} {1}", z, __reftype(reference));
        Console.WriteLine(typeof(Counter).GetMethod("Count").GetParameters().Length);
    }
}
