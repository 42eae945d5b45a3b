// Finally blocks in each other, which GCC puts into one function together with what they
// call: many places of the source at one instruction. A trace tells of them all.
using System;
using System.Diagnostics;

static class DeepInline
{
    static int total;

    static int At0(int x)
    {
        if (x == 7)
            throw new InvalidOperationException("seven");
        return x + 1;
    }

    static int At1(int x) { return At0(x) + 1; }
    static int At2(int x) { return At1(x) + 2; }
    static int At3(int x) { return At2(x) + 3; }

    static int Nest(int x)
    {
        try
        {
            total += x;
        }
        finally
        {
            total += 8;
            try
            {
                total += x;
            }
            finally
            {
                total += 7;
                try
                {
                    total += x;
                }
                finally
                {
                    total += 6;
                    try
                    {
                        total += x;
                    }
                    finally
                    {
                        total += 5;
                        try
                        {
                            total += x;
                        }
                        finally
                        {
                            total += 4;
                            try
                            {
                                total += x;
                            }
                            finally
                            {
                                total += 3;
                                try
                                {
                                    total += x;
                                }
                                finally
                                {
                                    total += 2;
                                    try
                                    {
                                        total += x;
                                    }
                                    finally
                                    {
                                        total += 1;
                                        try
                                        {
                                            total += x;
                                        }
                                        finally
                                        {
                                            total += 0;
                                            Console.Write(At3(x));
                                        }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
        return total;
    }

    static void Main()
    {
        for (int i = 6; i < 9; i++)
            try
            {
                Console.WriteLine(Nest(i));
            }
            catch (InvalidOperationException e)
            {
                foreach (StackFrame frame in new StackTrace(e).GetFrames())
                    Console.WriteLine(frame.GetMethod().Name);
            }
    }
}
