#include "model/currency.h"

/* ISO 4217 active codes of countries and funds, by number of decimals; metals and test codes are no prices. */
static const char two_decimals[] =
	"AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN "
	"BZD CAD CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP "
	"GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP "
	"LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR "
	"NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN "
	"SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XCD XCG YER ZAR "
	"ZMW ZWG ";
static const char no_decimals[] =
	"BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF ";
static const char three_decimals[] = "BHD IQD JOD KWD LYD OMR TND ";
static const char four_decimals[] = "CLF UYW ";

static bool lists(struct str codes, struct str code)
{
	for (size_t at = 0; at < codes.len; at += 4) {
		if (str_eq(str_sub(codes, at, 3), code))
			return true;
	}
	return false;
}

bool currency_find(struct str code, unsigned *decimals)
{
	static const struct {
		struct str codes;
		unsigned decimals;
	} groups[] = {
		{ STR_INIT(two_decimals), 2 },
		{ STR_INIT(no_decimals), 0 },
		{ STR_INIT(three_decimals), 3 },
		{ STR_INIT(four_decimals), 4 },
	};

	for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++) {
		if (lists(groups[i].codes, code)) {
			*decimals = groups[i].decimals;
			return true;
		}
	}
	return false;
}
