// What an exception says of itself: type, message, inner ones, the methods on its way.
using System;
using System.Linq;
using System.Reflection;

static class Traces
{
    class Thrower
    {
        public int Property { get { throw new NotSupportedException("in a getter"); } }

        public void Generic<T>(T value)
        {
            throw new ArgumentException("bad " + typeof(T).Name, "value");
        }

        public static Thrower operator +(Thrower a, int b)
        {
            throw new ArithmeticException("in an operator");
        }
    }

    static void Wrap(Action action)
    {
        try {
            action();
        } catch (Exception e) {
            throw new ApplicationException("wrapped", e);
        }
    }

    // The methods' names alone: the rest of a line depends on the runtime.
    static string Methods(Exception e)
    {
        return string.Join(" < ", e.StackTrace.Split('\n').Where(line => line.StartsWith("  at ") && !line.Contains("(wrapper "))
            .Select(line => line.Substring(5, line.IndexOf(" (") - 5)));
    }

    static void Show(Action action)
    {
        try {
            action();
        } catch (Exception e) {
            for (Exception each = e; each != null; each = each.InnerException)
                Console.WriteLine("{0}: {1} [{2}]", each.GetType(), each.Message,
                    each is TargetInvocationException ? "" : Methods(each));
        }
    }

    static void Level1()
    {
        Level2(3);
    }

    static void Level2(int n)
    {
        if (n == 0)
            throw new InvalidOperationException("deep");
        Level2(n - 1);
    }

    class Box
    {
        public int Value;
        public int[] Numbers = new int[2];
        public int Get() { return Value; }
        public int At(int i) { return Numbers[i]; }
    }

    // Small enough to be inlined, and shown all the same.
    static int Leaf(Box box) { return box.Get() + 1; }
    static int Middle(Box box) { return Leaf(box) * 2; }
    static int Outer(Box box, int i) { return Middle(box) + box.At(i); }

    static int InTry(Box box, int i)
    {
        try {
            return Outer(box, i);
        } finally {
            Console.WriteLine("finally");
        }
    }

    static void Again()
    {
        try {
            Level2(1);
        } catch (InvalidOperationException) {
            throw;
        }
    }

    static void AgainInLoop()
    {
        for (int i = 0;; i++) {
            try {
                try {
                    Again();
                } catch (Exception) {
                    throw;
                }
            } catch (Exception e) {
                if (i == 2)
                    throw;
                Console.WriteLine(Methods(e));
            }
        }
    }

    static void Endless(int n)
    {
        Endless(n + 1);
        Console.WriteLine(n);
    }

    static void Overflow()
    {
        try {
            Endless(0);
        } catch (StackOverflowException e) {
            Console.WriteLine(Methods(e).Split('<').Length > 100);
        }
    }

    static int Deeper(int n)
    {
        if (n < 0)
            return 0;
        try {
            if (n == 0)
                throw new InvalidOperationException();
            return Deeper(n - 1) + 1;
        } finally {
            n++;
        }
    }

    static void Main()
    {
        Show(() => Deeper(3));
        Show(() => Outer(null, 0));
        Show(() => Outer(new Box(), 5));
        Show(() => InTry(new Box(), 5));
        Show(() => InTry(null, 5));
        Show(() => typeof(Traces).GetMethod("Level1", BindingFlags.Static | BindingFlags.NonPublic).Invoke(null, null));
        Show(() => new Action(Level1).DynamicInvoke());
        Show(Again);
        Show(AgainInLoop);
        var thread = new System.Threading.Thread(Overflow);
        thread.Start();
        thread.Join();
        var thrower = new Thrower();
        Show(Level1);
        Show(() => Wrap(Level1));
        Show(() => Console.WriteLine(thrower.Property));
        Show(() => thrower.Generic(1));
        Show(() => thrower.Generic("s"));
        Show(() => thrower += 1);
        Show(() => { string s = null; s.Trim(); });
        try {
            Level1();
        } catch (InvalidOperationException e) {
            Console.WriteLine(e.ToString().StartsWith("System.InvalidOperationException: deep"));
            Console.WriteLine("{0} {1}", e.TargetSite.Name, e.Data.Count);
        }
        Console.WriteLine(new Exception("never thrown").StackTrace == null);
    }
}
