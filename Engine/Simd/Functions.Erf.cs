using System.Runtime.CompilerServices;

namespace QEngine.Simd;

internal static partial class Functions<TLane, T>
{
    /// <summary>
    /// The error function 2/sqrt(pi) times the integral of e^(-t^2) from 0 to x, within 2 units in the last place in single precision and 3
    /// in double (maximum error measured: 1.54 and 2.21); +-0, +-1 at the ends and NaN come out as they should.
    /// </summary>
    /// <remarks>
    /// Single precision: x p(x^2) below 1 and 1 - e^(-x^2) q(x) from there to 4, p and q minimax (Remez exchange); beyond 4 the
    /// function is 1. Double: Moshier, Cephes, ndtr.c.
    /// </remarks>
    [MethodImpl(Inline)]
    public static TLane Erf(TLane x)
    {
        TLane zero = TLane.Splat(T.Zero);
        TLane one = TLane.Splat(T.One);
        TLane magnitude = TLane.Abs(x);
        TLane gaussian = Exp(zero - (x * x)), near, far;
        if (typeof(T) == typeof(float))
        {
            near = TLane.MultiplyAdd(x, ErfNearSingle(x * x), x);
            far = one - (gaussian * ErfFarSingle(TLane.Min(magnitude, Constant(4))));
        }
        else
        {
            near = ErfNearDouble(x);
            // Beyond 7 the function is 1 in double too; the cap keeps the polynomials in their range.
            far = one - (gaussian * ErfFarDouble(TLane.Min(magnitude, Constant(7))));
        }
        far = TLane.WhereLess(x, zero, zero - far, far);
        return TLane.WhereLess(magnitude, one, near, far);
    }

    /// <summary>erf(x) / x - 1 as a function of z = x^2 from 0 to 1, within 1.3e-9.</summary>
    [MethodImpl(Inline)]
    private static TLane ErfNearSingle(TLane z) => Polynomial<TLane, T>.Horner(
        z, 7.8538640997227261e-5, -0.00080101944751038527, 0.0051883277843116078, -0.026853811987734806, 0.1128358514985354,
        -0.37612625824337134, 0.1283791657267283);

    /// <summary>e^(x^2) erfc(x) from 1 to 4, within 1.4e-8 e^(x^2).</summary>
    [MethodImpl(Inline)]
    private static TLane ErfFarSingle(TLane x) => Polynomial<TLane, T>.Horner(
        x,
        -0.00038888228988804746,
        0.0060051025014112568,
        -0.040998041117509115,
        0.16413326417421789,
        -0.43167893529892106,
        0.79259409410498858,
        -1.0482102348219714,
        0.98612717285183078);

    /// <summary>erf(x) from -1 to 1.</summary>
    [MethodImpl(Inline)]
    private static TLane ErfNearDouble(TLane x)
    {
        TLane z = x * x;
        TLane numerator = Polynomial<TLane, T>.Horner(
            z, 9.60497373987051638749E0, 9.00260197203842689217E1, 2.23200534594684319226E3, 7.00332514112805075473E3,
            5.55923013010394962768E4);
        TLane denominator = Polynomial<TLane, T>.Horner(
            z, 1, 3.35617141647503099647E1, 5.21357949780152679795E2, 4.59432382970980127987E3, 2.26290000613890934246E4,
            4.92673942608635921086E4);
        return x * numerator / denominator;
    }

    /// <summary>e^(x^2) erfc(x) from 1 to 7.</summary>
    [MethodImpl(Inline)]
    private static TLane ErfFarDouble(TLane x)
    {
        TLane numerator = Polynomial<TLane, T>.Horner(
            x,
            2.46196981473530512524E-10,
            5.64189564831068821977E-1,
            7.46321056442269912687E0,
            4.86371970985681366614E1,
            1.96520832956077098242E2,
            5.26445194995477358631E2,
            9.34528527171957607540E2,
            1.02755188689515710272E3,
            5.57535335369399327526E2);
        TLane denominator = Polynomial<TLane, T>.Horner(
            x,
            1,
            1.32281951154744992508E1,
            8.67072140885989742329E1,
            3.54937778887819891062E2,
            9.75708501743205489753E2,
            1.82390916687909736289E3,
            2.24633760818710981792E3,
            1.65666309194161350182E3,
            5.57535340817727675546E2);
        return numerator / denominator;
    }
}
