// What can be thrown, and the order in which handlers, filters and finally blocks run.
using System;

class OwnException : Exception
{
    public readonly int Code;

    public OwnException(int code, Exception inner = null) : base("code " + code, inner)
    {
        Code = code;
    }
}

static class Exceptions
{
    static void Say(string format, params object[] args)
    {
        Console.WriteLine(format, args);
    }

    static bool Ask(string question, bool answer)
    {
        Say("  filter {0}: {1}", question, answer);
        return answer;
    }

    static void Nested()
    {
        try {
            try {
                try {
                    throw new OwnException(1);
                } finally {
                    Say("  inner finally");
                }
            } catch (ArgumentException) {
                Say("  never");
            } finally {
                Say("  middle finally");
            }
        } catch (OwnException e) {
            Say("  caught {0}", e.Message);
        } finally {
            Say("  outer finally");
        }
    }

    // Filters run before the finally blocks of inner frames.
    static void Filters()
    {
        try {
            try {
                throw new OwnException(2);
            } catch (OwnException e) when (Ask("no", e.Code == 3)) {
                Say("  never");
            } finally {
                Say("  finally after the filters");
            }
        } catch (Exception e) when (Ask("yes", e is OwnException)) {
            Say("  caught by filter");
        }
    }

    static void Rethrow()
    {
        try {
            try {
                throw new OwnException(4);
            } catch (OwnException) {
                Say("  rethrowing");
                throw;
            }
        } catch (OwnException e) {
            Say("  again {0}", e.Code);
        }
        try {
            try {
                int.Parse("x1");
            } catch (FormatException e) {
                throw new OwnException(5, e);
            }
        } catch (OwnException e) {
            Say("  inner {0}", e.InnerException.GetType());
        }
    }

    static void ThrowFromFinally()
    {
        try {
            try {
                throw new OwnException(6);
            } finally {
                throw new OwnException(7);
            }
        } catch (OwnException e) {
            Say("  the later one: {0}", e.Code);
        }
    }

    static int ReturnThroughFinally()
    {
        int value = 1;
        try {
            return value;
        } finally {
            value = 2;
            Say("  finally on return");
        }
    }

    static void Loops()
    {
        for (int i = 0; i < 4; i++) {
            try {
                if (i == 1)
                    continue;
                if (i == 3)
                    break;
                Say("  body {0}", i);
            } finally {
                Say("  finally {0}", i);
            }
        }
    }

    static int Deep(int depth)
    {
        if (depth == 0)
            throw new OwnException(8);
        try {
            return Deep(depth - 1) + 1;
        } finally {
            if (depth % 25 == 0)
                Say("  leaving depth {0}", depth);
        }
    }

    static void Machine(string title, Action action)
    {
        try {
            action();
            Say("  {0}: nothing", title);
        } catch (Exception e) {
            Say("  {0}: {1}: {2}", title, e.GetType(), e.Message);
        }
    }

    // Some runtimes call it a division by zero, others an overflow: both are arithmetic.
    static void AsArithmetic(Action action)
    {
        try {
            action();
        } catch (ArithmeticException) {
            throw new ArithmeticException("no such quotient");
        }
    }

    static void FromTheMachine()
    {
        string none = null;
        int zero = 0, min = int.MinValue, big = int.MaxValue;
        long minLong = long.MinValue;
        int[] array = new int[3];
        object text = "text";
        object[] covariant = new string[1];
        Machine("null", () => Say("{0}", none.Length));
        Machine("zero", () => Say("{0}", 1 / zero));
        Machine("zero remainder", () => Say("{0}", 1L % zero));
        Machine("min / -1", () => AsArithmetic(() => Say("{0}", min / (zero - 1))));
        Machine("long min / -1", () => AsArithmetic(() => Say("{0}", minLong / (zero - 1))));
        Machine("double by zero", () => Say("  {0}", 1.0 / zero));
        Machine("bounds", () => array[3] = 1);
        Machine("negative", () => array[zero - 1] = 1);
        Machine("cast", () => Say("{0}", (Version)text));
        Machine("unbox", () => Say("{0}", (int)text));
        Machine("array type", () => covariant[0] = new object());
        Machine("overflow", () => Say("{0}", checked(big + 1)));
        Machine("convert", () => Say("{0}", checked((byte)big)));
        Machine("throw null", () => { throw null; });
        Machine("argument", () => "abc".Substring(5));
    }

    static void StaticConstructor()
    {
        for (int i = 0; i < 2; i++)
            try {
                Say("{0}", Broken.Value);
            } catch (TypeInitializationException e) {
                Say("  {0} because of {1}", e.TypeName, e.InnerException.Message);
            }
    }

    static class Broken
    {
        public static readonly int Value;

        static Broken()
        {
            Say("  initialising");
            throw new OwnException(9);
        }
    }

    static void Main()
    {
        Say("nested");
        Nested();
        Say("filters");
        Filters();
        Say("rethrow");
        Rethrow();
        Say("throw out of a finally");
        ThrowFromFinally();
        Say("leave");
        Say("  {0}", ReturnThroughFinally());
        Loops();
        Say("deep");
        try {
            Deep(100);
        } catch (OwnException e) {
            Say("  {0}", e.Message);
        }
        Say("from the machine");
        FromTheMachine();
        Say("static constructor");
        StaticConstructor();
    }
}
